import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { defaultVectorFolder } from "#src/tools/vectors/files.js";
import { requireCacheFolder } from "#src/util/cache-folder.js";
import { BenchError } from "./bench-error.js";

/** The package's folder. Compiled, this file is in build/bench. */
export const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
/** The command line. */
export const program = join(packageFolder, "dist", "cli", "main.js");
export const resultsFolder = join(packageFolder, "bench", "results");
export const peerFolder = join(packageFolder, "bench", "ref-fvm");
/** Outside of the package: the peer takes long to build. */
export const peerTarget = join(requireCacheFolder(), "bench-target");
/** Compiled actors for measuring the start of processes. */
export const benchCodeFolder = join(requireCacheFolder(), "bench-code");
/** Vectors that are made for measuring. */
export const chainFolder = join(requireCacheFolder(), "bench-chains");

/** Throws `BenchError` if there are no vectors. */
export function vectorFolder(): string {
  const folder = defaultVectorFolder();
  if (folder === undefined) throw new BenchError("there are no vectors; FVM_VECTORS may name their folder");
  return folder;
}

/** Imports modules of a build of this project, by their paths in `dist`. Throws `BenchError` if the folder has none. */
export function modulesOf(folder: string): (file: string) => Promise<unknown> {
  const dist = join(resolve(folder), "dist");
  if (!existsSync(join(dist, "index.js"))) throw new BenchError(`${folder} has no dist: npm run build`);
  return (file) => import(pathToFileURL(join(dist, file)).href);
}
