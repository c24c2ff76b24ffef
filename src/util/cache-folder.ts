import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { FvmError } from "../errors.js";

/**
 * Where this package keeps files that are slow to get again: bundles and compiled code. `undefined` if the
 * user has no home folder: nothing is ever written to the working folder unasked. As the XDG specification
 * says, relative paths do not count.
 */
export function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME: named } = process.env;
  if (named !== undefined && isAbsolute(named)) return join(named, "fvm-node");
  const home = homeFolder();
  return home === undefined ? undefined : join(home, ".cache", "fvm-node");
}

/** Where compiled code is kept; the environment's FVM_CODE_CACHE names another folder. `undefined` as above. */
export function codeFolder(): string | undefined {
  const cache = cacheFolder();
  return process.env.FVM_CODE_CACHE || (cache && join(cache, "code"));
}

/** As `codeFolder`. Throws `FvmError` NO_CACHE_FOLDER. */
export function requireCodeFolder(): string {
  return codeFolder() ?? join(requireCacheFolder(), "code");
}

/** As `cacheFolder`, for what has to be kept somewhere. Throws `FvmError` NO_CACHE_FOLDER. */
export function requireCacheFolder(): string {
  const folder = cacheFolder();
  if (folder !== undefined) return folder;
  throw new FvmError("NO_CACHE_FOLDER", { reason: NO_HOME });
}

/** Why there is no cache folder, and what helps. */
export const NO_HOME = "there is no home folder; HOME or XDG_CACHE_HOME may name one, as an absolute path";

function homeFolder(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    return undefined; // the user has no entry in the system's list
  }
}
