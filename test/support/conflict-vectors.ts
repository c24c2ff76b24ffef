/** Vectors of tipsets whose messages depend on each other; `npm run bench:conflicts` makes them. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { vectorFiles } from "../../src/tools/vectors/files.js";
import { cacheFolder } from "../../src/util/cache-folder.js";

const own = fileURLToPath(new URL("../chain/fixtures/conflicts", import.meta.url));

/** Vectors of this repository. */
export const ownConflictVectors = named(own);

/** Vectors of the folder that FVM_CONFLICT_VECTORS names, or of `conflicts` in the user's cache; undefined: neither is there. */
export function moreConflictVectors(): readonly (readonly [name: string, file: string])[] | undefined {
  const cache = cacheFolder();
  const folder = process.env.FVM_CONFLICT_VECTORS || (cache && join(cache, "conflicts"));
  return folder !== undefined && existsSync(folder) ? named(folder) : undefined;
}

function named(folder: string): readonly (readonly [name: string, file: string])[] {
  return vectorFiles([folder]).map((file) => [basename(file, ".json.gz"), file] as const);
}
