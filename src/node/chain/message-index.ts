import { readBlocks } from "../../blockstore/access.js";
import type { Chain, ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { readMessageCids } from "../../chain/types/message-meta.js";
import { messageCid, type SignedMessage, signedMessageCodec } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import { decodeCbor } from "../../ipld/cbor.js";
import { neverAborted } from "../../util/abort.js";
import type { U64 } from "../../util/u64.js";
import { Turns, unlessAborted } from "../../util/waits.js";
import type { HeadChange } from "./main-index.js";
import { cidOfSigned, transactionOf } from "./message-names.js";

/** Messages that are remembered; where those of a chain are more, older ones are looked up by nobody. */
const MOST_MESSAGES = 4_000_000;

interface IndexedMessage {
  readonly cid: Cid;
  /** Hash of the Ethereum transaction that it stands for, `0x…`. */
  readonly hash: string | undefined;
}

/**
 * Epochs of the main chain's messages, and CIDs of its Ethereum transactions. It grows downward from the head as far as
 * questions go, and then follows the head.
 */
export class MessageIndex {
  readonly #epochs = new Map<Cid, readonly number[]>();
  readonly #cids = new Map<string, Cid>();
  /** The lowest tipset that is in it; undefined: none is. */
  #low: ChainTipset | undefined;
  /** Whether there is nothing below. */
  #isWhole = false;
  /** The last change that was begun. Each begins when the one before has ended. */
  #last: Promise<void> = Promise.resolve();
  /** Changes of the head that it has not followed yet. */
  #behind = 0;

  constructor(
    private readonly chain: Chain,
    private readonly chainId: U64,
  ) {}

  /** Epochs of the tipsets whose blocks hold a message, newest first. Throws as `Chain.tipset`. */
  async epochsOf(cid: Cid, head: ChainTipset, options: ChainReadOptions): Promise<readonly number[]> {
    await this.#growUntil(() => this.#epochs.has(cid), head, options);
    return this.#epochs.get(cid) ?? [];
  }

  /** CID of the message that an Ethereum transaction is. Throws as `Chain.tipset`. */
  async cidOf(hash: string, head: ChainTipset, options: ChainReadOptions): Promise<Cid | undefined> {
    await this.#growUntil(() => this.#cids.has(hash), head, options);
    return this.#cids.get(hash);
  }

  /** Follows the head. What is asked later waits for it. */
  follow(change: HeadChange): void {
    this.#behind++;
    const followed = this.#last.then(() => this.#follow(change)).catch(() => this.#forget());
    this.#last = followed.then(() => void this.#behind--);
  }

  async #follow({ revert, apply }: HeadChange): Promise<void> {
    const low = this.#low;
    if (low === undefined) return;
    if (revert.some(({ epoch }) => epoch <= low.epoch)) return this.#forget();
    for (const tipset of revert) this.#remove(tipset.epoch, await this.#read(tipset, {}));
    for (const tipset of apply) this.#add(tipset.epoch, await this.#read(tipset, {}));
  }

  #forget(): void {
    this.#epochs.clear();
    this.#cids.clear();
    this.#low = undefined;
    this.#isWhole = false;
  }

  async #growUntil(isFound: () => boolean, head: ChainTipset, options: ChainReadOptions): Promise<void> {
    if (this.#behind === 0 && isFound()) return;
    const grown = this.#last.then(() => this.#grow(isFound, head, options));
    this.#last = grown.catch(() => undefined);
    return unlessAborted(grown, options.signal);
  }

  async #grow(isFound: () => boolean, head: ChainTipset, options: ChainReadOptions): Promise<void> {
    const turns = new Turns(options.signal ?? neverAborted);
    while (!isFound() && !this.#isWhole) {
      await turns.next();
      const next = this.#low === undefined ? head : await this.chain.parent(this.#low, options);
      const messages = next && (await this.#readIfThere(next, options));
      if (next === undefined || messages === undefined || this.#epochs.size > MOST_MESSAGES) {
        this.#isWhole = true;
        return;
      }
      this.#add(next.epoch, messages);
      this.#low = next;
    }
  }

  /** Undefined where a snapshot has no messages any more. */
  async #readIfThere(tipset: ChainTipset, options: ChainReadOptions): Promise<IndexedMessage[] | undefined> {
    try {
      return await this.#read(tipset, options);
    } catch (error) {
      if (error instanceof HostFault && error.code === "BLOCK_NOT_FOUND") return undefined;
      throw error;
    }
  }

  async #read(tipset: ChainTipset, options: ChainReadOptions): Promise<IndexedMessage[]> {
    if (tipset.epoch === 0) return [];
    const found = new Map<Cid, IndexedMessage>();
    const kept = this.chain.kept(tipset);
    for (const { bls, secp } of kept ?? []) {
      const all = [
        ...bls.map((message) => ({ cid: messageCid(message), hash: undefined })),
        ...secp.map((signed) => ({ cid: cidOfSigned(signed), hash: this.#hashOf(signed) })),
      ];
      for (const indexed of all) found.set(indexed.cid, indexed);
    }
    if (kept !== undefined) return [...found.values()];
    for (const { messages } of tipset.headers) {
      const block = await readBlocks(
        this.chain.blockstore,
        (blocks) => {
          const { bls, secp } = readMessageCids(blocks, messages);
          const signed = secp.map((cid) => ({
            cid,
            signed: decodeCbor(signedMessageCodec, blocks.get(cid)),
          }));
          return { bls, signed };
        },
        options,
      );
      for (const cid of block.bls) found.set(cid, { cid, hash: undefined });
      for (const { cid, signed } of block.signed) found.set(cid, { cid, hash: this.#hashOf(signed) });
    }
    return [...found.values()];
  }

  #hashOf(signed: SignedMessage): string | undefined {
    if (signed.signature.type !== "delegated") return undefined;
    try {
      return transactionOf(signed, this.chainId).hash;
    } catch (error) {
      if (error instanceof FvmError) return undefined;
      throw error;
    }
  }

  #add(epoch: number, messages: readonly IndexedMessage[]): void {
    for (const { cid, hash } of messages) {
      const epochs = this.#epochs.get(cid) ?? [];
      this.#epochs.set(
        cid,
        [...epochs, epoch].sort((a, b) => b - a),
      );
      if (hash !== undefined) this.#cids.set(hash, cid);
    }
  }

  #remove(epoch: number, messages: readonly IndexedMessage[]): void {
    for (const { cid, hash } of messages) {
      const others = (this.#epochs.get(cid) ?? []).filter((other) => other !== epoch);
      if (others.length > 0) this.#epochs.set(cid, others);
      else {
        this.#epochs.delete(cid);
        if (hash !== undefined) this.#cids.delete(hash);
      }
    }
  }
}
