/**
 * Builds our own actors: AssemblyScript and text-format Wasm to binaries. None of them is a builtin
 * actor of the network; they know the same tricks in small.
 *
 * Results are kept under node_modules/.cache, by a hash of everything they come from.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, "assembly");
const cache = join(here, "..", "node_modules", ".cache", "fvm-actors");

/** Actors written in AssemblyScript: name, and the first kernel generation that has all they import. */
const assembly = {
  init: 16,
  account: 16,
  token: 16,
  caller: 16,
  mortal: 16,
  emitter: 18,
  script: 18,
};
/** Actors that take every method and do nothing; their code only has to exist. */
const quiet = ["system", "cron", "reward", "placeholder", "eam", "ethaccount"];

/** The accepted language of all network versions: no sign extension, no saturating truncation. */
const options = [
  "--runtime",
  "stub",
  "--use",
  "abort=fvm/exit/trap",
  "--noAssert",
  "-O2",
  "--shrinkLevel",
  "1",
];
/** What the text format may say; whether a machine takes it is another matter. */
const features = {
  bulk_memory: true,
  memory64: true,
  multi_value: true,
  reference_types: true,
  sign_extension: true,
  simd: true,
  tail_call: true,
  threads: true,
};
const disabled = ["sign-extension", "nontrapping-f2i", "mutable-globals"];

/** @param {16 | 18 | 21} generation first network version of the kernel generation to build for */
export async function buildActors(generation = 21) {
  const key = await sourceKey(generation);
  /** @type {Record<string, Uint8Array>} */
  const actors = {};
  for (const [name, from] of Object.entries(assembly)) {
    if (from > generation) continue;
    actors[name] = await cached(`${name}-${key}`, () => compile(name, generation));
  }
  for (const name of quiet) actors[name] = await assemble(quietText(name));
  return actors;
}

/** Binary of a module in text format. @param {string} text */
export async function assemble(text) {
  const { default: wabt } = await import("wabt");
  const module = (await wabt()).parseWat("actor.wat", text, features);
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** @param {string} name */
const quietText = (name) => `(module
  (memory (export "memory") 1)
  (data (i32.const 0) "${name}")
  (func (export "invoke") (param i32) (result i32) (i32.const 0)))`;

async function compile(name, generation) {
  const { default: asc, libraryFiles } = await import("assemblyscript/asc");
  libraryFiles["rt/stub"] = await readFile(join(sources, "fvm", "runtime.ts"), "utf8");
  /** @type {Uint8Array | undefined} */
  let wasm;
  const args = [
    `${name}.ts`,
    "--baseDir",
    sources,
    "-o",
    "out.wasm",
    "--use",
    `FVM=${generation}`,
    ...options,
  ];
  const { error, stderr } = await asc.main(
    [...args, ...disabled.flatMap((feature) => ["--disable", feature])],
    {
      writeFile: (_file, contents) => {
        wasm = contents;
      },
    },
  );
  if (error || !wasm)
    throw new Error(`actors/assembly/${name}.ts does not compile:\n${stderr}`, { cause: error });
  return wasm;
}

/** Hash of all that decides the outcome: sources, this file, the compiler. */
async function sourceKey(generation) {
  const hash = createHash("sha256").update(String(generation));
  const files = (await readdir(sources, { recursive: true })).filter((file) => file.endsWith(".ts")).sort();
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  // Names the compiler's exact version.
  hash.update(await readFile(join(here, "..", "package.json")));
  for (const file of files) hash.update(file).update(await readFile(join(sources, file)));
  return hash.digest("hex").slice(0, 16);
}

async function cached(name, build) {
  const file = join(cache, `${name}.wasm`);
  const found = await readFile(file).catch(() => undefined);
  if (found) return new Uint8Array(found);
  const wasm = await build();
  await mkdir(cache, { recursive: true });
  // Several test processes may build at once; a reader never sees half a file.
  await writeFile(`${file}.${process.pid}`, wasm);
  await rename(`${file}.${process.pid}`, file);
  return wasm;
}
