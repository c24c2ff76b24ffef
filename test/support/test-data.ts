import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundleFolders } from "../../src/tools/bundles/folders.js";

/** A file of the bundle folders, such as `v18/builtin-actors-mainnet.car`, or undefined if it is not there. */
export function bundleFile(name: string): string | undefined {
  return bundleFolders()
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** A small generator of pseudo-random numbers (below 2^24), so that cases can be named by a seed. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}
