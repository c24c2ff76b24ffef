/**
 * The vendored native library (native/vendor): built once per version, platform and compiler, and kept
 * in the user's cache folder. As a program, prints the folder that holds `lib` and `include`.
 *
 * FVM_VENDOR_DIR names such a folder to use instead.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Progress } from "./lib/progress.mjs";
import { BuildError, cacheFolder, fingerprint, projectRoot, run, runScript, say } from "./lib/run.mjs";
import { hiddenPaths } from "./lib/toolchain.mjs";
import { requireTools, VENDOR_TOOLS } from "./lib/tools.mjs";

const LIBRARY = "libfvm_vendor.a";
const LIBRARIES_KEPT = 10;
const source = join(projectRoot, "native/vendor");
const cmakeJs = createRequire(import.meta.url).resolve("cmake-js/bin/cmake-js");

/** The folder with the library and its headers, after building them if they are not in the cache. */
export async function ensureVendor() {
  const given = process.env.FVM_VENDOR_DIR;
  if (given) {
    if (existsSync(join(given, "lib", LIBRARY))) return given;
    throw new BuildError(`FVM_VENDOR_DIR is ${given}, but there is no lib/${LIBRARY} in it.`);
  }
  requireTools(VENDOR_TOOLS);
  return ensure({
    texts: [process.env.RUSTFLAGS ?? ""],
    target: join(cacheFolder(), "cargo-target"),
    command: (work, target) => [
      process.execPath,
      cmakeJs,
      ...["build", "-d", source, "-O", work, "-l", "error", `--CDCARGO_TARGET_DIR=${target}`],
    ],
  });
}

/**
 * The same for a prebuilt addon, by the compilers of a toolchain.
 *
 * @param target folder of compiled crates
 */
export function ensurePrebuiltVendor({ rust }, { id, cc, cxx, ar, flags = [] }, target) {
  const hidden = Object.entries(hiddenPaths(target)).map(
    ([path, name]) => `--remap-path-prefix=${path}=${name}`,
  );
  const name = rust.replaceAll("-", "_");
  // A C library that is linked into the addon would be a second one in the process.
  const linkage = rust.endsWith("musl") ? ["-Ctarget-feature=-crt-static"] : [];
  return ensure({
    texts: [id, rust],
    target,
    command: () => [
      "cargo",
      ...["build", "--profile", "prebuilt", "--target", rust],
      ...["--locked", "--quiet", "--message-format=json-render-diagnostics"],
    ],
    env: {
      CARGO_TARGET_DIR: target,
      [`CARGO_TARGET_${name.toUpperCase()}_RUSTFLAGS`]: [...hidden, ...linkage].join(" "),
      [`CC_${name}`]: cc,
      [`CXX_${name}`]: cxx,
      [`AR_${name}`]: ar,
      [`CFLAGS_${name}`]: flags.join(" "),
      SOURCE_DATE_EPOCH: "0",
    },
  });
}

/** @param recipe what decides the library's bytes besides its sources and Rust; how to build it */
async function ensure(recipe) {
  // `rustc -vV` names the compiler and this machine's target.
  const key = fingerprint({
    texts: [execFileSync("rustc", ["-vV"], { encoding: "utf8" }), ...recipe.texts],
    paths: ["Cargo.toml", "Cargo.lock", "CMakeLists.txt", "src", "include"].map(
      (name) => `native/vendor/${name}`,
    ),
  });
  const folder = join(cacheFolder(), "vendor", key);
  if (!existsSync(folder)) await build(key, folder, recipe);
  return folder;
}

async function build(key, folder, { target, command, env }) {
  say("Building the vendored native library: about 5 minutes on 2 cores, once per machine.");
  const progress = new Progress("vendored library", crateCount());
  const work = mkdtempSync(join(tmpdir(), "fvm-vendor-"));
  const made = {};
  try {
    // Compiled dependencies stay in one shared folder: a change of our own crate recompiles only that.
    const [program, ...args] = command(work, target);
    await run(program, args, {
      cwd: source,
      env: { ...process.env, ...env, FVM_VENDOR_KEY: key },
      onLine: (line) => note(line, made, progress),
    });
    install(key, folder, made);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  progress.finish();
}

/** Reads one line of Cargo's report. Other lines come from CMake and say nothing of use. */
function note(line, made, progress) {
  if (!line.startsWith("{")) return;
  const report = JSON.parse(line);
  if (report.reason === "build-script-executed" && report.package_id.includes("wasmtime-c-api-impl")) {
    made.headers = join(report.out_dir, "include");
  }
  if (report.reason === "compiler-artifact" && !report.target.kind.includes("custom-build")) {
    made.library = report.filenames.find((name) => name.endsWith(LIBRARY)) ?? made.library;
    progress.done(report.target.name);
  }
}

/** Puts the result in place in one step, so that a build that was interrupted leaves nothing behind. */
function install(key, folder, { library, headers }) {
  if (!library || !headers)
    throw new BuildError("cargo reported no library or no headers of Wasmtime's C API");
  if (!readFileSync(library).includes(key))
    throw new BuildError("another checkout has just built its own native library; try again");
  mkdirSync(dirname(folder), { recursive: true });
  const partial = mkdtempSync(`${folder}.`);
  cpSync(library, join(partial, "lib", LIBRARY));
  cpSync(headers, join(partial, "include"), { recursive: true });
  cpSync(join(source, "include"), join(partial, "include"), { recursive: true });
  if (existsSync(folder)) rmSync(partial, { recursive: true });
  else renameSync(partial, folder);
  forgetOldest(dirname(folder));
}

/** Each library is 80 MB, and one that is missed comes back in seconds: keep the newest few. */
function forgetOldest(parent) {
  const age = (path) => -statSync(path).mtimeMs;
  const folders = readdirSync(parent).map((name) => join(parent, name));
  for (const folder of folders.sort((a, b) => age(a) - age(b)).slice(LIBRARIES_KEPT)) {
    rmSync(folder, { recursive: true });
  }
}

/** Crates that Cargo compiles for this machine. */
function crateCount() {
  const args = ["tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
  const tree = execFileSync("cargo", args, {
    cwd: source,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return new Set(
    tree
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ", 2).join(" ")),
  ).size;
}

if (import.meta.filename === process.argv[1]) await runScript(async () => console.log(await ensureVendor()));
