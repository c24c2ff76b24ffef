/** Means to keep loading out of the times of a vector, and vectors out of each other's. */
import { BlockCache, cacheParts } from "../../blockstore/block-cache.js";
import { type Cid, cidCodec } from "../../encoding/cid.js";
import { RAW } from "../../encoding/codecs.js";
import type { NativeEngine } from "../../native/addon.js";
import { native } from "../../native/index.js";
import { networkVersion } from "../../vm/network/version.js";
import type { BlockMap } from "./store.js";
import type { Variant } from "./vector.js";

/** Bytes of blocks that are kept while a vector runs. */
const BLOCK_CACHE_BYTES = 256 * 2 ** 20;

/** Tells whether a run compiled code, by what the shared engine had before and has after. */
export class CodeWatch {
  readonly #engine: NativeEngine;
  readonly #codes: readonly Cid[];

  /** @param places where code may come from; all raw blocks are taken for it */
  constructor(variant: Variant, places: readonly BlockMap[]) {
    this.#engine = native.engine(networkVersion(variant.networkVersion).engine);
    this.#codes = places.flatMap((blocks) => [...blocks.keys()]).filter((cid) => cidCodec(cid) === RAW);
  }

  loadedCount(): number {
    return this.#codes.filter((code) => this.#engine.has(code)).length;
  }
}

/** One that a vector has had: what its machines have made in C++ serves those of the next. */
let spare: BlockCache | undefined;

/** A cache of the vector's own, so that no vector finds another one's blocks, with these in it. */
export function vectorCache(...places: readonly BlockMap[]): BlockCache {
  const cache = spare ?? BlockCache.create(BLOCK_CACHE_BYTES);
  spare = undefined;
  const parts = cacheParts(cache);
  const buffer = parts.lendBuffer();
  for (const blocks of places) for (const [cid, data] of blocks) buffer.cache(cid, data);
  parts.giveBack(buffer);
  return cache;
}

/** Takes a cache back whose machines are closed. */
export function endVectorCache(cache: BlockCache): void {
  cache.clear();
  spare = cache;
}
