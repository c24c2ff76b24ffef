/**
 * The JavaScript actor: the engine, from the sources that `actors/ses/engine` pins, and `actors/ses` and `actors/c`,
 * started once, with `ses` locked down, and shipped as what its memory held then.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MACHINE, SHARED } from "./ebpf-actor.mjs";
import { projectRoot, run } from "./run.mjs";
import { compileObject, kept, linkObjects, treeOf } from "./wasm-compiler.mjs";
import { isolated, snapshotOf } from "./wasm-snapshot.mjs";

const STACK_BYTES = 128 * 1024;

const LIBRARY = ["-mnontrapping-fptoint", "-D_GNU_SOURCE", "-isystem", "libc"];

/** As the crate's own build script has them for Wasm; no threads, no time zone, no rounding modes. */
const ENGINE = ["-O2", "-w", "-DNDEBUG", "-DEMSCRIPTEN=1", "-DFE_DOWNWARD=0", "-DFE_UPWARD=0"];
const ENGINE_SOURCES = ["quickjs", "libregexp", "libunicode", "dtoa"].map((name) => `quickjs/${name}.c`);

const OWN = ["actor", "capabilities", "engine", "program", "system", "values"].map((name) => `ses/${name}.c`);

const LINK = [
  ...["--no-entry", "--stack-first", "-z", `stack-size=${STACK_BYTES}`],
  ...["--gc-sections", "--strip-all", "--export=__stack_pointer"],
];
/** Where the compiler has what Wasm has no instructions for. */
const BUILTINS = "/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a";

/** `--reorder-locals`: the FVM counts groups of equal locals against the depth of the stack. */
const OPTIMISE = [
  ...["-O3", "--reorder-locals", "--enable-bulk-memory", "--enable-sign-ext"],
  ...["--enable-mutable-globals", "--enable-nontrapping-float-to-int"],
];

/** Folder of the engine's sources, which Cargo downloads and checks. */
export function engineFolder() {
  const manifest = join(projectRoot, "actors", "ses", "engine", "Cargo.toml");
  const args = ["metadata", "--format-version", "1", "--locked", "--manifest-path", manifest];
  const options = { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] };
  const { packages } = JSON.parse(execFileSync("cargo", args, options));
  return dirname(packages.find(({ name }) => name === "rquickjs-sys").manifest_path);
}

/** Objects of the engine and the C library, for a module of these sources. */
export async function linkEngine(sources, folders) {
  const crate = engineFolder();
  const libc = treeOf(join(crate, "vendor", "wasi-libc", "include"));
  const quickjs = treeOf(join(crate, "quickjs"), (path) => /^[^\\/]*\.[ch]$/.test(path));
  const quickjsHeaders = treeOf(join(crate, "quickjs"), (path) => /^[^\\/]*\.h$/.test(path));
  const objects = [];
  for (const source of ENGINE_SOURCES) {
    const flags = [...MACHINE, ...ENGINE, ...LIBRARY];
    objects.push(
      await compileObject({
        tree: { quickjs, libc },
        headers: { quickjs: quickjsHeaders, libc },
        source,
        flags,
      }),
    );
  }
  const tree = { ...folders, quickjs: quickjsHeaders, libc };
  for (const source of sources) {
    const flags = [...MACHINE, "-std=c17", "-Wall", "-Wextra", "-Werror", "-Os", "-I.", ...LIBRARY];
    objects.push(await compileObject({ tree, headers: headersOf(tree), source, flags }));
  }
  objects.push(new Uint8Array(readFileSync(join(crate, "vendor", "wasi-libc", "lib", "libc.a"))));
  return linkObjects({ objects, flags: [...LINK, BUILTINS] });
}

/** Files of a tree on which an object depends, besides its source. */
function headersOf(tree) {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, entry]) => {
      if (!(entry instanceof Uint8Array)) return [[name, headersOf(entry)]];
      return name.endsWith(".c") ? [] : [[name, entry]];
    }),
  );
}

export async function buildSesActor() {
  const folder = join(projectRoot, "actors");
  const folders = treeOf(folder, (path) => /^(c|ses)[\\/][^\\/]*\.[ch]$/.test(path));
  const wasm = await optimised(await linkEngine([...SHARED, ...OWN], folders));
  return started(wasm, [
    readFileSync(join(projectRoot, "node_modules", "ses", "dist", "ses.umd.min.js")),
    readFileSync(join(folder, "ses", "lockdown.js")),
    readFileSync(join(folder, "ses", "prelude.js")),
  ]);
}

/** The engine alone, which executes the scripts of its parameters: for ECMAScript's test suite. */
export async function linkTest262Actor() {
  const sources = ["c/blocks.c", "c/cbor.c", "c/exit.c", "c/memory.c", "ses/engine.c", "ses/system.c"];
  const folders = treeOf(join(projectRoot, "actors"), (path) => /^(c|ses)[\\/][^\\/]*\.[ch]$/.test(path));
  const engine = treeOf(join(projectRoot, "test", "support", "javascript", "engine"));
  const wasm = await optimised(await linkEngine([...sources, "engine/test262.c"], { ...folders, engine }));
  return snapshotOf(wasm, {
    stackBytes: STACK_BYTES,
    keep: ["memory", "invoke"],
    start: (actor) => actor.begin(),
  });
}

async function optimised(wasm) {
  const folder = join(projectRoot, "node_modules", "binaryen");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const key = createHash("sha256")
    .update(`${version} ${OPTIMISE.join(" ")}\n`)
    .update(wasm)
    .digest("hex");
  return kept(`${key}.wasm`, async () => {
    const place = mkdtempSync(join(tmpdir(), "fvm-actors-"));
    try {
      const [from, to] = ["in.wasm", "out.wasm"].map((name) => join(place, name));
      writeFileSync(from, wasm);
      await run(process.execPath, [join(folder, "bin", "wasm-opt"), from, ...OPTIMISE, "-o", to]);
      return new Uint8Array(readFileSync(to));
    } finally {
      rmSync(place, { recursive: true });
    }
  });
}

/** The module after these scripts: the last one is the prelude, which is given what contracts may do. */
function started(wasm, scripts) {
  const compiler = isolated(new WebAssembly.Module(wasm)).exports;
  compiler.begin();
  const [prelude, ...others] = scripts.map((script) => compiled(compiler, script)).reverse();
  return snapshotOf(wasm, {
    stackBytes: STACK_BYTES,
    keep: ["memory", "invoke"],
    start(actor) {
      actor.begin();
      for (const script of others.reverse()) actor.run(...placed(actor, script));
      actor.finish(...placed(actor, prelude));
    },
  });
}

function compiled(compiler, script) {
  const made = compiler.compile(...placed(compiler, script));
  const [at, length] = new Uint32Array(compiler.memory.buffer, made, 2);
  return new Uint8Array(compiler.memory.buffer, at, length).slice();
}

/** Arguments that name bytes in an instance's memory. */
function placed(instance, bytes) {
  const at = instance.room(bytes.length);
  new Uint8Array(instance.memory.buffer).set(bytes, at);
  return [at, bytes.length];
}
