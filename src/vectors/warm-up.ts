/** What keeps loading out of the times of a vector, and vectors out of each other's. */
import { type Cid, cidCodec } from "../ipld/cid.js";
import { RAW } from "../ipld/codecs.js";
import type { NativeEngine } from "../native/addon.js";
import { native } from "../native/index.js";
import { networkVersion } from "../network/version.js";
import type { BlockMap } from "./store.js";
import type { Variant } from "./vector.js";

/** Bytes of blocks that the process keeps while vectors run. */
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

/** Empties the shared block cache, so that no vector finds another one's blocks, and puts these there. */
export function freshBlockCache(blocks: BlockMap): void {
  native.setBlockCacheLimit(0);
  native.setBlockCacheLimit(BLOCK_CACHE_BYTES);
  const cache = native.blocks();
  for (const [cid, data] of blocks) cache.cache(cid, data);
}
