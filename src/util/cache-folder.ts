import { homedir } from "node:os";
import { join } from "node:path";

/** Where this package keeps files that are slow to get again: bundles and compiled code. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "fvm-node");
}
