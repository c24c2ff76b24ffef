import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The installation prefix of the running Node if its headers are there and of the same version, so that
 * node-gyp need not download any.
 */
export function localNodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  const file = join(prefix, "include/node/node_version.h");
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
  const version = ["MAJOR", "MINOR", "PATCH"].map(part).join(".");
  return version === process.versions.node ? prefix : undefined;
}
