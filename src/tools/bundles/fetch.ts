import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { cidText } from "../../encoding/cid.js";
import { isFvmError } from "../../errors.js";
import { checkBundle, openBundle } from "./bundle.js";
import { type DownloadOptions, download } from "./download.js";
import { bundlePath } from "./folders.js";
import type { InstalledBundle } from "./install.js";
import { type BundleName, pinnedManifest, releaseOf } from "./pins.js";

/** Where the builtin actors are released. */
export const RELEASES_URL = "https://github.com/filecoin-project/builtin-actors/releases/download";

export interface FetchOptions extends DownloadOptions {
  /** A `.car` file's address, or what takes the place of `RELEASES_URL` in front of `/TAG/FILE`. */
  readonly from?: string;
}

/** The address of a released bundle. Throws `FvmError` UNKNOWN_BUNDLE. */
export function bundleUrl({ version, network }: BundleName, from = RELEASES_URL): string {
  if (from.endsWith(".car")) return from;
  return `${from.replace(/\/+$/, "")}/${releaseOf(version).tag}/builtin-actors-${network}.car`;
}

/**
 * Downloads a released bundle into a bundle folder, and checks it against its pinned manifest.
 * Throws `FvmError` UNKNOWN_BUNDLE, DOWNLOAD_FAILED (run again to continue) or INVALID_BUNDLE.
 */
export async function fetchBundle(
  name: BundleName,
  folder: string,
  options: FetchOptions = {},
): Promise<InstalledBundle> {
  const pinned = pinnedManifest(name);
  const url = bundleUrl(name, options.from);
  const path = bundlePath(folder, name);
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  await download(url, part, options);
  try {
    checkBundle(openBundle(part, pinned));
  } catch (error) {
    // Nothing to continue with: what is there is wrong.
    if (isFvmError(error, "INVALID_BUNDLE")) rmSync(part);
    throw error;
  }
  renameSync(part, path);
  return { ...name, path, manifest: cidText(pinned) };
}
