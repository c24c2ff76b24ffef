/**
 * Loads the addon: the one built here, else the package of this platform's prebuilt one. The environment's FVM_ADDON
 * names another file, such as build/Debug/fvm.node.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FvmError } from "../errors.js";
import type { NativeAddon } from "./addon.js";
import { CONTRACT, disagreement } from "./contract.js";
import { platformName } from "./platform.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(import.meta.url);

function load(): { addon: NativeAddon; file: string } {
  const { FVM_ADDON } = process.env;
  const built = join(root, "build", "Release", "fvm.node");
  const file = FVM_ADDON ? resolve(FVM_ADDON) : existsSync(built) ? built : undefined;
  const place = file ?? `@fvm-node/${platformName()}`;
  const facts = (): Facts => ({
    platform: platformName(),
    node: process.version,
    remedy: file === undefined ? remedyFor(place) : "npm run build:native",
  });
  const path = attempt(
    () => require.resolve(place),
    (cause) => new FvmError("ADDON_NOT_FOUND", { place, ...facts() }, { cause }),
  );
  const addon = attempt(
    () => require(path) as NativeAddon,
    (cause) => new FvmError("ADDON_FAILED", { file: path, reason: reasonOf(cause), ...facts() }, { cause }),
  );
  const word = disagreement(CONTRACT, addon.contract ?? {});
  if (word === undefined) return { addon, file: path };
  throw new FvmError("ADDON_OUTDATED", { file: path, word, ...facts() });
}

type Facts = Record<"platform" | "node" | "remedy", string>;

/** How to come by the package of a prebuilt addon. */
function remedyFor(name: string): string {
  const manifest = join(root, "package.json");
  if (!existsSync(manifest)) return `leave fvm-node out of the bundle, or install ${name} beside it`;
  const { optionalDependencies = {} } = JSON.parse(readFileSync(manifest, "utf8"));
  const version: string | undefined = optionalDependencies[name];
  if (version !== undefined) {
    return `npm install ${name}@${version} (npm leaves it out with --omit=optional, with a lock file that npm before 11.11 wrote on another system, and where node_modules was copied from one)`;
  }
  const there = Object.keys(optionalDependencies).join(", ");
  return there === "" ? "npm run build:native" : `build it from the sources; prebuilt are ${there}`;
}

function attempt<T>(act: () => T, failure: (cause: unknown) => FvmError): T {
  try {
    return act();
  } catch (cause) {
    throw failure(cause);
  }
}

/** The system's words, which may name a C library that is too old. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

const loaded = load();

export const native: NativeAddon = loaded.addon;
/** The file that it was loaded from. */
export const addonFile: string = loaded.file;
