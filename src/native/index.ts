/**
 * Loads the addon: a prebuilt one of this platform, else the one that `npm run build` made.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTROL_BYTES, type NativeAddon, PAYLOAD_BYTES, Word } from "./addon.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const platform = `${process.platform}-${process.arch}`;
const candidates = [
  join(root, "prebuilds", platform, "fvm-node.node"),
  join(root, "build", "Release", "fvm.node"),
  join(root, "build", "Debug", "fvm.node"),
];

function load(): NativeAddon {
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new Error(
      `fvm-node: no addon for ${platform}, Node ${process.version} (looked for ${candidates.join(", ")}); ` +
        "build it with: npm run build:native",
    );
  }
  const addon = createRequire(import.meta.url)(path) as NativeAddon;
  const expected: Record<string, number> = { ...Word, PAYLOAD_BYTES, CONTROL_BYTES };
  for (const [name, value] of Object.entries(addon.controlLayout)) {
    if (expected[name] !== value) {
      throw new Error(
        `fvm-node: ${path} is of another version (${name}); rebuild it with: npm run build:native`,
      );
    }
  }
  return addon;
}

export const native: NativeAddon = load();
