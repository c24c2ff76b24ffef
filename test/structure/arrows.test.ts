/** Imports point down: each room of the house knows those below it, types too. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** From the ground up. A file at the top of `src` is a room of its own. */
const ROOMS = [
  "errors",
  "util",
  "encoding",
  "native",
  "address",
  "threads",
  "ipld",
  "message",
  "blockstore",
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
  "vm/genesis",
  "chain/execution",
  "chain/pool",
  "chain/index",
  "tools/bundles",
  "tools/vectors",
  "tools/index",
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

/** The room that a file is in; -1 if there is none. */
function floorOf(file: string): number {
  const name = file.replace(/\.ts$/, "");
  return ROOMS.findIndex((room) => name === room || name.startsWith(`${room}/`));
}

function upward(arrows: readonly Arrow[]): string[] {
  return arrows
    .filter(({ from, to }) => floorOf(to) > floorOf(from))
    .map(({ from, to }) => `${from} → ${to}`);
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

test("each file has a room", () => {
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
