import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Blocks } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../src/encoding/cid.js";
import { readCar } from "../../src/ipld/car/car.js";
import { CborReader, type Codec } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { latin1 } from "../../src/util/bytes.js";
import { memoryBlocks } from "../support/blocks.js";
import { FakeNativeBlocks } from "../support/fake-native-blocks.js";
import { bundleFile, randomNumbers } from "../support/test-data.js";

/** State trees of real networks, one actor HAMT and one address HAMT each. */
const files = ["butterflynet-nv22", "butterflynet-nv24", "butterflynet-nv27"].map(
  (name) => `genesis/${name}.car`,
);

/** Leaves values as they are. */
const rawCodec = (): Codec<string> => ({
  encode: (value, writer) => writer.raw(Buffer.from(value, "latin1")),
  decode: (reader) => latin1(reader.raw()),
});

const PARENT_STATE_ROOT = 8;
const INIT_ACTOR = "\x00\x01";

/** A field of an array: a link. */
function linkAt(data: Uint8Array, index: number): Cid {
  const reader = new CborReader(data);
  reader.array();
  for (let i = 0; i < index; i++) reader.skip();
  return reader.cid();
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = randomNumbers(seed);
  const copy = items.slice();
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

function build(entries: readonly (readonly [string, string])[]): Hamt<string> {
  const hamt = Hamt.empty(memoryBlocks(), rawCodec());
  for (const [key, value] of entries) hamt.set(key, value);
  return hamt;
}

describe.each(files)("%s", (name) => {
  const path = bundleFile(name);
  const missing = path === undefined ? ` (skipped: ${name} is not in the bundle folder)` : "";

  /** Roots of the actors' HAMT and of the init actor's address map. */
  function roots(): { blocks: Blocks; actors: Cid; addresses: Cid } {
    const car = readCar(readFileSync(path ?? ""));
    const blocks = new Blocks(new FakeNativeBlocks(), new MemoryBlockstore(car.blocks));
    const genesis = car.roots[0];
    if (genesis === undefined) throw new Error("no root");
    const actors = linkAt(blocks.get(linkAt(blocks.get(genesis), PARENT_STATE_ROOT)), 1);
    const init = Hamt.load(blocks, actors, rawCodec()).get(INIT_ACTOR);
    if (init === undefined) throw new Error("no init actor");
    const state = blocks.get(linkAt(Buffer.from(init, "latin1"), 1));
    return { blocks, actors, addresses: linkAt(state, 0) };
  }

  test.skipIf(path === undefined).each(["actors", "addresses"] as const)(`%s${missing}`, (which) => {
    const found = roots();
    const root = found[which];
    const entries = [...Hamt.load(found.blocks, root, rawCodec()).entries()];
    expect(entries.length).toBeGreaterThan(which === "actors" ? 20 : 5);

    const again = build(shuffled(entries, 1));
    expect(again.flush()).toBe(root);

    const mixed = shuffled(entries, 2);
    const half = mixed.length >> 1;
    for (const [key] of mixed.slice(half)) expect(again.delete(key)).toBe(true);
    expect(again.flush()).toBe(build(mixed.slice(0, half)).flush());

    for (const [key, value] of mixed.slice(half)) again.set(key, value);
    expect(again.flush()).toBe(root);
  });
});
