/**
 * Builds the native addon into build/Release/fvm.node (or build/Debug), if it is not up to date.
 *
 *   node scripts/build-native.mjs [--debug] [--force]
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { localNodeHeaders } from "./lib/node-headers.mjs";
import { fingerprint, projectRoot, run, runScript, say } from "./lib/run.mjs";
import { ADDON_TOOLS, requireTools, VENDOR_TOOLS } from "./lib/tools.mjs";
import { ensureVendor } from "./vendor.mjs";

const nodeGyp = createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");

await runScript(async () => {
  const { values } = parseArgs({ options: { debug: { type: "boolean" }, force: { type: "boolean" } } });
  const configuration = values.debug ? "Debug" : "Release";
  const addon = join(projectRoot, "build", configuration, "fvm.node");
  const stampFile = join(projectRoot, "build", configuration, "fvm.stamp");

  requireTools(process.env.FVM_VENDOR_DIR ? ADDON_TOOLS : [...VENDOR_TOOLS, ...ADDON_TOOLS]);
  const vendor = await ensureVendor();
  const stamp = sourceStamp(vendor);
  if (!values.force && isCurrent(addon, stampFile, stamp)) return;

  say(`Building the native addon (${configuration}).`);
  const started = Date.now();
  const headers = localNodeHeaders();
  const flags = [`--${configuration.toLowerCase()}`, "--loglevel=warn", `--jobs=${availableParallelism()}`];
  if (headers) flags.push(`--nodedir=${headers}`);
  await run(process.execPath, [nodeGyp, "configure", "build", ...flags], {
    env: { ...process.env, FVM_VENDOR_DIR: vendor, MAKEFLAGS: "--no-print-directory" },
  });
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  say(`${addon}: ${mebibytes(addon)} MiB, built in ${Math.round((Date.now() - started) / 1000)} s`);
});

function sourceStamp(vendor) {
  return fingerprint({ texts: [vendor, process.arch], paths: ["binding.gyp", "native/addon"] });
}

function isCurrent(addon, stampFile, stamp) {
  return existsSync(addon) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp;
}

function mebibytes(file) {
  return (statSync(file).size / 2 ** 20).toFixed(1);
}
