import { join } from "node:path";
import * as v from "valibot";
import type { Blockstore, BlockstoreOptions } from "../../../blockstore/blocks.js";
import { LmdbBlockstore } from "../../../blockstore/lmdb/lmdb-blockstore.js";
import type { EpochIndex } from "../../../chain/history/epoch-index.js";
import { type Cid, cidText, parseCid } from "../../../encoding/cid.js";
import { HostFault } from "../../../errors.js";
import type { Block } from "../../../ipld/block-access.js";
import { isIntact } from "../../../ipld/intact.js";
import { requireCacheFolder } from "../../../util/cache-folder.js";
import { SharedWork } from "../../../util/shared-work.js";
import type { ChainBase, ForkPoint } from "../chain-base.js";
import { askForkPoint, askKey, type ForkPointJson, readForkPoint } from "./fork-point.js";
import { RemoteNode } from "./remote-node.js";

/** A chain of a node elsewhere to go on from. */
export interface Fork {
  /** Address of its JSON-RPC over HTTP. */
  readonly url: string;
  /** The last epoch that the chains have in common. Default: the node's last one whose results it knows. */
  readonly epoch?: number;
}

/**
 * Blocks of a node elsewhere: fetched when they are needed, checked, and kept on disk, so that what has been needed once
 * is there without the node. What is put goes into a store of one's own.
 */
export class ForkStore implements Blockstore, EpochIndex, ChainBase {
  readonly blockstore = this;
  readonly index = this;
  readonly #fetching = new SharedWork<Cid, Uint8Array | undefined>();
  readonly #remote: RemoteNode;
  #last: number;

  private constructor(
    private readonly own: Blockstore,
    private readonly cache: LmdbBlockstore,
    private readonly fork: Fork,
  ) {
    this.#remote = new RemoteNode(fork.url);
    this.#last = fork.epoch ?? Number.POSITIVE_INFINITY;
  }

  /** @param folder of the cache. Default: the user's cache. Throws as `LmdbBlockstore.open`, `requireCacheFolder` */
  static async open(own: Blockstore, fork: Fork, folder?: string): Promise<ForkStore> {
    const path = folder ?? join(requireCacheFolder(), "forks");
    return new ForkStore(own, await LmdbBlockstore.open(path), fork);
  }

  /** The place at which the chain is left; of a given epoch asked for once. Throws as `askForkPoint`. */
  async point(): Promise<ForkPoint> {
    const { url, epoch } = this.fork;
    if (epoch === undefined) return readForkPoint(await askForkPoint(this.#remote, undefined));
    const json = await this.#remembered<ForkPointJson>(`fork/${url}@${epoch}`, () =>
      askForkPoint(this.#remote, epoch),
    );
    return readForkPoint(json as ForkPointJson);
  }

  async get(cid: Cid, { signal }: BlockstoreOptions = {}): Promise<Uint8Array | undefined> {
    const known = (await this.own.get(cid)) ?? this.cache.get(cid);
    if (known !== undefined) return known;
    return this.#fetching.of(cid, (shared) => this.#fetch(cid, shared), signal);
  }

  async putMany(blocks: readonly Block[], options?: BlockstoreOptions): Promise<void> {
    await this.own.putMany(blocks, options);
  }

  async keyAt(epoch: number): Promise<readonly Cid[] | undefined> {
    if (epoch > this.#last) return undefined;
    const key = await this.#remembered(
      `epoch/${this.fork.url}/${epoch}`,
      async () => (await askKey(this.#remote, epoch)) ?? null,
    );
    return key?.map(parseCid);
  }

  leave(epoch: number): void {
    this.#last = epoch;
  }

  async close(): Promise<void> {
    await this.cache.close();
  }

  async #fetch(cid: Cid, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const params = [{ "/": cidText(cid) }];
    const text = await this.#remote.call("Filecoin.ChainReadObj", params, v.string(), signal);
    const data = new Uint8Array(Buffer.from(text, "base64"));
    if (isIntact(cid, data) !== true) throw new HostFault("CORRUPT_BLOCK", { cid: cidText(cid) });
    await this.cache.putMany([{ cid, data }]);
    return data;
  }

  /** An answer that never changes. */
  async #remembered<T>(name: string, ask: () => Promise<T>): Promise<T> {
    const known = this.cache.meta.get(name);
    if (known !== undefined) return JSON.parse(Buffer.from(known).toString()) as T;
    const answer = await ask();
    await this.cache.write({ meta: { [name]: Buffer.from(JSON.stringify(answer)) } });
    return answer;
  }
}
