import { copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { cidText } from "../../encoding/cid.js";
import { FvmError, isFvmError } from "../../errors.js";
import { checkBundle, openBundle } from "./bundle.js";
import { bundlePath } from "./folders.js";
import { type BundleName, identifyBundle, pinnedManifest } from "./pins.js";

/** A bundle, and where it was put. */
export interface InstalledBundle extends BundleName {
  readonly path: string;
  readonly manifest: string;
}

/** A bundle that a folder has and that is right; undefined if it is absent or damaged. Throws `FvmError` UNKNOWN_BUNDLE. */
export function installedBundle(name: BundleName, folder: string): InstalledBundle | undefined {
  const pinned = pinnedManifest(name);
  const path = bundlePath(folder, name);
  if (!existsSync(path)) return undefined;
  try {
    checkBundle(openBundle(path, pinned));
  } catch (error) {
    if (isFvmError(error, "INVALID_BUNDLE")) return undefined;
    throw error;
  }
  return { ...name, path, manifest: cidText(pinned) };
}

/**
 * Copies a released bundle into a bundle folder. It is recognised by its manifest, whatever the file is
 * called. Throws `FvmError` INVALID_BUNDLE.
 */
export function importBundle(file: string, folder: string): InstalledBundle {
  const bundle = openBundle(file);
  checkBundle(bundle);
  const manifest = cidText(bundle.manifest);
  const name = identifyBundle(manifest);
  if (name === undefined) {
    throw new FvmError("INVALID_BUNDLE", { file, reason: `manifest ${manifest} is of no known release` });
  }
  const path = bundlePath(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(file, `${path}.part`);
  renameSync(`${path}.part`, path);
  return { ...name, path, manifest };
}
