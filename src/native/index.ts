/**
 * Loads the addon: the one built here, else the prebuilt one of this platform. The environment's
 * FVM_ADDON names another file, such as build/Debug/fvm.node.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FvmError } from "../errors.js";
import type { NativeAddon } from "./addon.js";
import { CONTRACT, disagreement } from "./contract.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const platform = `${process.platform}-${process.arch}`;
const candidates = [
  join(root, "build", "Release", "fvm.node"),
  join(root, "prebuilds", platform, "fvm-node.node"),
];

function load(): NativeAddon {
  const files = process.env.FVM_ADDON ? [process.env.FVM_ADDON] : candidates;
  const path = files.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new FvmError("ADDON_NOT_FOUND", {
      platform,
      node: process.version,
      files,
      remedy: "npm run build:native",
    });
  }
  const addon = createRequire(import.meta.url)(path) as NativeAddon;
  const word = disagreement(CONTRACT, addon.contract ?? {});
  if (word === undefined) return addon;
  throw new FvmError("ADDON_OUTDATED", { file: path, word, remedy: "npm run build:native" });
}

export const native: NativeAddon = load();
