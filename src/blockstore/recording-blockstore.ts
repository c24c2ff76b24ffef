import type { Cid } from "../encoding/cid.js";
import type { Block } from "../ipld/block-access.js";
import { ownBytes } from "../util/bytes.js";
import { withMethods } from "../util/check.js";
import { checkOption } from "../util/options.js";
import { promiseOf } from "../util/waits.js";
import { BlockCache } from "./block-cache.js";
import type { Blockstore, BlockstoreOptions } from "./blocks.js";

/** @inline */
type Found = Uint8Array | undefined | null;

/** Bytes of the cache: what does not fit is read once more, and recorded once. */
const CACHE_BYTES = 64 * 2 ** 20;

/**
 * Notes what is read from another blockstore, for witnesses: whoever has these blocks can do the same work again. What is
 * written stays here, and reading it back is not noted.
 *
 * Caches hide reads, so whoever works on it is given its `cache`, and machines `requiresCode`.
 */
export class RecordingBlockstore implements Blockstore {
  /** A block cache in which nothing is that was not read from here. */
  readonly cache = BlockCache.create(CACHE_BYTES);
  readonly #below: Blockstore;
  readonly #read = new Map<Cid, Uint8Array>();
  readonly #written = new Map<Cid, Uint8Array>();

  /** @param below must keep blocks under their own CIDs: they are not checked here */
  constructor(below: Blockstore) {
    checkOption("below", below, withMethods("get", "putMany"));
    this.#below = below;
  }

  get(cid: Cid, options?: BlockstoreOptions): Found | Promise<Found> {
    const known = this.#written.get(cid) ?? this.#read.get(cid);
    if (known !== undefined) return known;
    const found = this.#below.get(cid, options);
    const later = promiseOf(found);
    return later === undefined
      ? this.#note(cid, found as Found)
      : later.then((late) => this.#note(cid, late as Found));
  }

  putMany(blocks: readonly Block[]): void {
    for (const { cid, data } of blocks) this.#written.set(cid, ownBytes(data) as Uint8Array);
  }

  /** The blocks that were read, in the order of their first reading. */
  witness(): Block[] {
    return Array.from(this.#read, ([cid, data]) => ({ cid, data }));
  }

  /** The blocks that were written, which are not needed to do the work again. */
  written(): Block[] {
    return Array.from(this.#written, ([cid, data]) => ({ cid, data }));
  }

  #note(cid: Cid, found: Found): Found {
    const data = ownBytes(found);
    if (data === undefined) return found;
    this.#read.set(cid, data);
    return data;
  }
}
