import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { Chain } from "../history/chain.js";
import { firstHeader } from "../history/chain-tipset.js";
import type { ChainStore } from "../store/chain-store.js";
import { BlockValidator } from "../validation/block-validator.js";
import type { PreparedTipset } from "../validation/validation.js";
import { winningPosts } from "./keyed-proofs.js";

/** Checks of a folder's tipsets, as tasks of a checking thread. */
export class FolderChecks {
  readonly #chain: Chain;
  readonly #validator: BlockValidator;
  readonly #prepared = new Map<string, Promise<PreparedTipset>>();
  readonly #stop = new AbortController();

  /**
   * @param blockstore of the folder, with what is on its way there
   * @param signatureThreads that check signatures at the same time
   * @param proofKeys folder of keys with which winning PoSts are verified; undefined: they are not
   */
  constructor(
    store: ChainStore,
    blockstore: Blockstore,
    signatureThreads: number,
    proofKeys: string | undefined,
  ) {
    this.#chain = new Chain(blockstore, { index: store });
    this.#validator = new BlockValidator(this.#chain, store.network, {
      signatureThreads,
      ...winningPosts(this.#chain, proofKeys),
    });
  }

  /** Begins. */
  prepare(key: readonly Cid[]): void {
    const preparing = this.#prepare(key);
    // Whoever asks for the outcome hears of it.
    preparing.catch(() => undefined);
    this.#prepared.set(key.join(""), preparing);
  }

  /**
   * Whether a tipset's blocks are valid, if its parents have led to what its headers say. False also if that could not be
   * found out.
   */
  async check(key: readonly Cid[]): Promise<boolean> {
    const name = key.join("");
    const preparing = this.#prepared.get(name) ?? this.#prepare(key);
    this.#prepared.delete(name);
    const { signal } = this.#stop;
    try {
      const prepared = await preparing;
      const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(
        prepared.tipset,
      );
      const refused = await this.#validator.validate(prepared, { stateRoot, receiptsRoot }, { signal });
      return refused === undefined;
    } catch {
      // Whoever asked checks it again, and finds out why.
      return false;
    }
  }

  /** Ends all that is being checked. */
  stop(): void {
    this.#stop.abort();
  }

  async #prepare(key: readonly Cid[]): Promise<PreparedTipset> {
    const { signal } = this.#stop;
    return this.#validator.prepare(await this.#chain.tipset(key, { signal }), { signal });
  }
}
