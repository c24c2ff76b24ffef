/**
 * Builds addons for others to install: build/prebuilds/PLATFORM/fvm.node.
 *
 *   node scripts/prebuild.mjs [PLATFORM...]     default: the platform of this machine
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { lists } from "./lib/addon.mjs";
import { platformHere, platformNamed } from "./lib/platforms.mjs";
import { BuildError, cacheFolder, fingerprint, projectRoot, run, runScript, say } from "./lib/run.mjs";
import { hiddenPaths, toolchainFor } from "./lib/toolchain.mjs";
import { requireTools, VENDOR_TOOLS } from "./lib/tools.mjs";
import { ensurePrebuiltVendor } from "./vendor.mjs";

const { resolve } = createRequire(import.meta.url);
const includes = [dirname(resolve("node-addon-api")), join(dirname(resolve("node-api-headers")), "include")];

await runScript(async () => {
  requireTools(VENDOR_TOOLS);
  const names = process.argv.slice(2);
  const platforms = names.length === 0 ? [platformHere()] : names.map(platformNamed);
  for (const platform of platforms) await build(platform);
});

async function build(platform) {
  const target = join(cacheFolder(), "cargo-target-prebuilt", platform.name);
  const paths = { ...hiddenPaths(target), [projectRoot]: "/fvm-node" };
  const toolchain = toolchainFor(platform, join(target, "toolchain"), paths);
  const vendor = await ensurePrebuiltVendor(platform, toolchain, target);
  const folder = join(projectRoot, "build", "prebuilds", platform.name);
  const addon = join(folder, "fvm.node");
  const stamp = fingerprint({
    texts: [vendor, toolchain.id],
    paths: ["native/addon", "scripts/lib", "package-lock.json"],
  });
  if (isCurrent(folder, stamp)) return;

  say(`Building the addon for ${platform.name}.`);
  const objects = join(folder, "objects");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(objects, { recursive: true });
  const flags = [
    ...["-c", "-O3", "-fPIC", "-DNDEBUG", ...(toolchain.flags ?? [])],
    ...[...lists.cflags, ...lists.cxxflags, ...lists.defines.map((name) => `-D${name}`)],
    ...includes.map((path) => `-I${path}`),
    ...["-isystem", join(vendor, "include")],
  ];
  const made = lists.sources.map((source) => [source, join(objects, `${source.replaceAll("/", "_")}.o`)]);
  for (const [source, object] of made) await run(toolchain.cxx, [...flags, source, "-o", object]);
  const library = join(vendor, "lib/libfvm_vendor.a");
  await run(toolchain.cxx, [...made.map(([, object]) => object), library, ...toolchain.link, "-o", addon]);
  rmSync(objects, { recursive: true });
  checkPaths(addon, Object.keys(paths));
  writeFileSync(join(folder, "stamp"), stamp);
  say(`${addon}: ${(statSync(addon).size / 1e6).toFixed(2)} MB`);
}

function isCurrent(folder, stamp) {
  try {
    return readFileSync(join(folder, "stamp"), "utf8") === stamp;
  } catch {
    return false;
  }
}

/** A file that everybody downloads is not to say how this machine's folders are called. */
function checkPaths(addon, paths) {
  const bytes = readFileSync(addon);
  const found = paths.filter((path) => bytes.includes(path));
  if (found.length > 0) throw new BuildError(`${addon} names folders of this machine: ${found.join(", ")}.`);
}
