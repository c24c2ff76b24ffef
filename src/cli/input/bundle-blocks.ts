import type { Cid } from "../../encoding/cid.js";
import { type Bundle, openBundle } from "../../tools/bundles/bundle.js";
import { type BundleFile, bundleFiles } from "../../tools/bundles/folders.js";

/** Blocks of bundles. A bundle is read when something is not in those before it. */
export class BundleBlocks {
  readonly #files: BundleFile[];
  readonly #bundles: Bundle[] = [];

  /** @param version of the actors; undefined: mainnet's actors of all versions, the newest first */
  constructor(folders: readonly string[], version: number | undefined) {
    this.#files = folders
      .flatMap(bundleFiles)
      .filter((file) => (version === undefined ? isMainnet(file) : file.version === version))
      .sort((a, b) => b.version - a.version || Number(isMainnet(b)) - Number(isMainnet(a)));
  }

  get(cid: Cid): Uint8Array | undefined {
    for (let at = 0; ; at++) {
      const bundle = this.#bundles[at] ?? this.#openNext();
      const data = bundle?.blocks.get(cid);
      if (data !== undefined || bundle === undefined) return data;
    }
  }

  #openNext(): Bundle | undefined {
    const next = this.#files.shift();
    if (next === undefined) return undefined;
    const bundle = openBundle(next.path);
    this.#bundles.push(bundle);
    return bundle;
  }
}

function isMainnet({ path }: BundleFile): boolean {
  return path.endsWith("builtin-actors-mainnet.car");
}
