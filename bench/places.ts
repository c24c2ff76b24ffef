import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireCacheFolder } from "#src/util/cache-folder.js";

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
