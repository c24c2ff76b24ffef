import { type Cid, cidText } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { checkBundle, openBundle } from "./bundle.js";
import { describeBundle } from "./describe.js";
import { bundleFiles } from "./folders.js";

/**
 * Builtin actors of the bundles in some folders, by their manifest: as `importSnapshot` takes them. Whatever a file is
 * called, its manifest tells what it is.
 *
 * @param folders as `bundleFolders` finds them
 * @returns a function whose answer is undefined if no folder has the bundle; it throws `FvmError` INVALID_BUNDLE
 */
export function actorsIn(folders: readonly string[]): (manifest: Cid) => Promise<Block[] | undefined> {
  const described = Promise.all(folders.flatMap(bundleFiles).map(describeBundle));
  // Whoever asks hears of it.
  described.catch(() => undefined);
  return async (manifest) => {
    const name = cidText(manifest);
    const file = (await described).find((bundle) => bundle.manifest === name)?.file;
    if (file === undefined) return undefined;
    const bundle = openBundle(file, manifest);
    checkBundle(bundle);
    return [...bundle.blocks].map(([cid, data]) => ({ cid, data }));
  };
}
