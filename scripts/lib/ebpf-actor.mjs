/** The eBPF actor, and the init actor of networks in memory: from a folder of each and `actors/c`. */
import { join } from "node:path";
import { projectRoot } from "./run.mjs";
import { compileObject, linkObjects, treeOf } from "./wasm-compiler.mjs";

/** Wasm that network version 21 takes. */
export const MACHINE = ["--target=wasm32", "-mcpu=mvp", "-mbulk-memory", "-msign-ext", "-mmutable-globals"];
const STRICT = ["-ffreestanding", "-std=c17", "-Wall", "-Wextra", "-Werror"];

/** `--stack-first`: an overflow of C's stack traps, instead of writing into static data. */
const LINK = ["--no-entry", "--stack-first", "-z", "stack-size=16384", "--gc-sections", "--strip-all"];

/** Sources shared by our actors in C. */
export const SHARED = ["blocks", "cbor", "contract", "exit", "hamt", "memory"].map((name) => `c/${name}.c`);
const EBPF = ["actor", "decode", "helpers", "interpreter", "memory_map", "program"];

/** Sources compiled for speed, as contracts pay for them with each call; all others are to be small. */
const FAST = ["ebpf/decode.c", "ebpf/interpreter.c"];

export function buildEbpfActor() {
  return build("ebpf", EBPF);
}

export function buildInitActor() {
  return build("init", ["actor"]);
}

async function build(own, names) {
  const folder = join(projectRoot, "actors");
  const isPart = (path) => /^(\w+)[\\/].*\.[ch]$/.test(path) && ["c", own].includes(path.split(/[\\/]/)[0]);
  const tree = treeOf(folder, isPart);
  const headers = treeOf(folder, (path) => isPart(path) && path.endsWith(".h"));
  const objects = [];
  for (const source of [...SHARED, "c/take.c", ...names.map((name) => `${own}/${name}.c`)]) {
    const level = FAST.includes(source) ? "-O2" : "-Os";
    objects.push(
      await compileObject({ tree, headers, source, flags: [...MACHINE, ...STRICT, level, "-I."] }),
    );
  }
  return linkObjects({ objects, flags: LINK });
}
