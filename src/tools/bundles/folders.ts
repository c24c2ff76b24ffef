import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundleRemedy } from "../../chain/networks/manifests.js";
import { FvmError } from "../../errors.js";
import { cacheFolder, requireCacheFolder } from "../../util/cache-folder.js";
import type { BundleName } from "./pins.js";

/**
 * Where bundles are looked for, in this order: `given`, the environment's FVM_BUNDLES, the user's cache.
 * New ones go into the first. One folder holds `v13/builtin-actors-mainnet.car` and so on, and
 * `genesis/NAME.car`.
 *
 * @throws FvmError NO_CACHE_FOLDER if none is named and the user has no cache
 */
export function bundleFolders(given?: string): [first: string, ...others: string[]] {
  const cache = cacheFolder();
  const places = [given, process.env.FVM_BUNDLES, cache && join(cache, "bundles")];
  const [first, ...others] = places.flatMap((folder) => folder || []);
  return [first ?? requireCacheFolder(), ...others];
}

/** Path of a bundle in its folder, named as released. */
export function bundlePath(folder: string, { version, network, label }: BundleName): string {
  const suffix = label === undefined ? "" : `-${label}`;
  return join(folder, `v${version}`, `builtin-actors-${network}${suffix}.car`);
}

/** The first folder's file that holds this bundle. Throws `FvmError` BUNDLE_NOT_FOUND. */
export function findBundle(folders: readonly string[], name: BundleName): string {
  const found = folders.map((folder) => bundlePath(folder, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const version = `v${name.version}`;
  const remedy = bundleRemedy(name.version, name.network);
  throw new FvmError("BUNDLE_NOT_FOUND", { version, network: name.network, folders, remedy });
}

/** The first folder's genesis state of this name. Throws `FvmError` BUNDLE_NOT_FOUND. */
export function findGenesis(folders: readonly string[], name: string): string {
  const found = folders
    .map((folder) => join(folder, "genesis", `${name}.car`))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  const remedy = `put genesis/${name}.car into one of these folders`;
  throw new FvmError("BUNDLE_NOT_FOUND", { version: "genesis", network: name, folders, remedy });
}

export interface BundleFile {
  readonly path: string;
  readonly version: number;
  /** Bytes. */
  readonly size: number;
}

/** All bundle files of a folder, by version and name. */
export function bundleFiles(folder: string): BundleFile[] {
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).flatMap((name) => /^v([0-9]+)$/.exec(name)?.[1] ?? []);
  return versions
    .map(Number)
    .sort((a, b) => a - b)
    .flatMap((version) =>
      carsOf(join(folder, `v${version}`)).map((path) => ({ path, version, size: statSync(path).size })),
    );
}

function carsOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".car"))
    .sort()
    .map((name) => join(folder, name));
}
