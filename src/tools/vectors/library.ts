import { readFileSync } from "node:fs";
import { networkVersion } from "../../vm/network/version.js";
import { type Bundle, openBundle } from "../bundles/bundle.js";
import { findBundle, findGenesis } from "../bundles/folders.js";
import { parseActorsVersion, pinnedManifest } from "../bundles/pins.js";
import { type BlockMap, blocksOf } from "./store.js";
import type { Variant, Vector } from "./vector.js";

/** Bundles and genesis states, each read once for all vectors. */
export class Library {
  readonly #bundles = new Map<number, Bundle>();
  readonly #genesis = new Map<string, BlockMap>();

  /** @param folders where to look, in this order */
  constructor(private readonly folders: readonly string[]) {}

  /**
   * The blocks that a vector does not hold itself. Throws `FvmError` BUNDLE_NOT_FOUND, INVALID_BUNDLE or
   * UNKNOWN_NETWORK_VERSION.
   */
  blocksBelow(vector: Vector, variant: Variant): BlockMap {
    if (vector.genesis !== undefined) return this.genesis(vector.genesis);
    const version =
      vector.bundle === undefined
        ? networkVersion(variant.networkVersion).actorsVersion
        : parseActorsVersion(vector.bundle);
    return this.bundle(version).blocks;
  }

  private bundle(version: number): Bundle {
    return remembered(this.#bundles, version, () => {
      const name = { version, network: "mainnet" };
      return openBundle(findBundle(this.folders, name), pinnedManifest(name));
    });
  }

  private genesis(name: string): BlockMap {
    return remembered(this.#genesis, name, () => blocksOf(readFileSync(findGenesis(this.folders, name))));
  }
}

function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
