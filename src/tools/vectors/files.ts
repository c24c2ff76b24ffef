import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { FvmError } from "../../errors.js";
import { cacheFolder } from "../../util/cache-folder.js";
import { parseVector } from "./parse.js";
import type { Vector } from "./vector.js";

/**
 * Where vectors are if nobody says it: the environment's FVM_VECTORS, `vectors` in the working directory,
 * or `vectors` in the user's cache. `undefined` if there is no such folder.
 */
export function defaultVectorFolder(): string | undefined {
  const named = process.env.FVM_VECTORS;
  const cache = cacheFolder();
  const places = named ? [named] : ["vectors", ...(cache === undefined ? [] : [join(cache, "vectors")])];
  return places.map((place) => resolve(place)).find((place) => existsSync(place));
}

/**
 * The vector files (`.json`, `.json.gz`) among `paths` and in folders among them, in a fixed order. A file in
 * a folder is one if it has a class: vectors may have other files beside them, such as traces.
 * Throws `FvmError` NO_VECTORS if a path does not exist, and if there are none at all.
 */
export function vectorFiles(paths: readonly string[]): string[] {
  const files = paths.flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new FvmError("NO_VECTORS", { paths: [path], reason: "does not exist" });
    return stats.isDirectory() ? filesUnder(path).filter(hasClass) : [path];
  });
  if (files.length === 0) throw new FvmError("NO_VECTORS", { paths, reason: "no .json or .json.gz file" });
  return files;
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return /\.json(\.gz)?$/.test(entry.name) ? [path] : [];
  });
}

/** Also of a file that cannot be read or is no JSON, which is to fail. */
function hasClass(file: string): boolean {
  try {
    const text = readText(file);
    return /"class"\s*:/.test(text) || JSON.parse(text) === undefined;
  } catch {
    return true;
  }
}

/** Reads a vector from its file. Throws `FvmError` INVALID_VECTOR. */
export function readVector(file: string): Vector {
  return parseVector(readText(file), file);
}

function readText(file: string): string {
  if (!file.endsWith(".gz")) return readFileSync(file, "utf8");
  try {
    return gunzipSync(readFileSync(file)).toString("utf8");
  } catch (cause) {
    throw new FvmError("INVALID_VECTOR", { file, field: "(file)", reason: "not gzip" }, { cause });
  }
}
