/** Imports, also of types, point down: each layer knows those below it. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** From the ground up. A file at the top of `src` is a layer of its own. */
const LAYERS = [
  "errors",
  "util",
  "encoding",
  "native",
  "telemetry",
  "address",
  "threads",
  "ipld",
  "message",
  "blockstore",
  "memory",
  "metrics",
  "vm/gas",
  "vm/syscalls",
  "vm/network",
  "vm/state-tree",
  "vm/trace",
  "vm/externs",
  "vm/proofs",
  "vm/kernel",
  "vm/call-manager",
  "vm/executor",
  "vm/machine",
  "vm/parallel",
  "vm/genesis",
  "storage-proofs",
  "builtin/evm",
  "builtin",
  "runtimes",
  "sdk",
  "simulate",
  "inspect/state",
  "inspect/tracers",
  "inspect/profile",
  "inspect/explain",
  "inspect/page",
  "inspect/index",
  "chain/networks",
  "chain/types",
  "chain/signatures",
  "chain/rules",
  "chain/history",
  "chain/migrations",
  "chain/parallel",
  "chain/execution",
  "chain/node",
  "chain/validation",
  "chain/prefetch",
  "chain/pool",
  "chain/store",
  "chain/sync",
  "chain/devnet",
  "chain/index",
  "timelock",
  "finality",
  "proofs",
  "queue",
  "tools/bundles",
  "tools/vectors",
  "tools/index",
  "node/rpc/errors",
  "node/rpc",
  "node/server",
  "node/settings",
  "node/chain",
  "node/pool",
  "node/gas",
  "node/eth",
  "node/filecoin",
  "node/dev",
  "node/node",
  "node/drand",
  "node/page",
  "node/methods",
  "node/start",
  "node/index",
  "cli",
  "index",
];

const src = fileURLToPath(new URL("../../src", import.meta.url));

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The files that a text imports, with types and `import()`; packages do not count. */
function importsOf(file: string, text: string): Arrow[] {
  const found = text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g);
  return [...found].map(([, path = ""]) => ({
    from: relative(src, file),
    to: relative(src, resolve(dirname(file), path.replace(/\.js$/, ".ts"))),
  }));
}

/** The layer of a file, counted from the ground; -1 if it has none. */
function floorOf(file: string): number {
  const name = file.replace(/\.ts$/, "");
  return LAYERS.findIndex((layer) => name === layer || name.startsWith(`${layer}/`));
}

function upward(arrows: readonly Arrow[]): string[] {
  return arrows
    .filter(({ from, to }) => floorOf(to) > floorOf(from))
    .map(({ from, to }) => `${from} → ${to}`);
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

test("each file has a layer", () => {
  expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
});

test("no arrow points up", () => {
  const arrows = files.flatMap((file) => importsOf(join(src, file), readFileSync(join(src, file), "utf8")));
  expect(arrows.length).toBeGreaterThan(500);
  expect(upward(arrows)).toEqual([]);
});

describe("an arrow that points up is named", () => {
  test.each([
    ['import { Machine } from "../vm/machine/machine.js";', "ipld/hamt.ts → vm/machine/machine.ts"],
    ['import type { Machine } from "../vm/machine/machine.js";', "ipld/hamt.ts → vm/machine/machine.ts"],
    ['export * from "../blockstore/blocks.js";', "ipld/hamt.ts → blockstore/blocks.ts"],
    ['const late = await import("../index.js");', "ipld/hamt.ts → index.ts"],
    ['type Late = import("../cli/json.js").Json;', "ipld/hamt.ts → cli/json.ts"],
  ])("%s", (line, arrow) => {
    expect(upward(importsOf(join(src, "ipld/hamt.ts"), line))).toEqual([arrow]);
  });
});
