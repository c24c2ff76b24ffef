import { expect, test } from "vitest";
import { Blocks } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { type Cid, cidFromParts } from "../../../src/encoding/cid.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { DecodedBlocks } from "../../../src/ipld/decoded-blocks.js";
import { Manifest, readManifest, readManifestRoot } from "../../../src/vm/state-tree/manifest.js";
import { memoryBlocks } from "../../support/blocks.js";
import { FakeNativeBlocks } from "../../support/fake-native-blocks.js";

const code = (n: number): Cid => cidFromParts(0x55, 0xb220, new Uint8Array(32).fill(n));

test("types are places in the list, counted from 1", () => {
  const manifest = new Manifest([
    ["system", code(1)],
    ["account", code(2)],
  ]);
  expect([1, 2, 3].map((n) => manifest.typeOf(code(n)))).toEqual([1, 2, 0]);
  expect([0, 1, 2, 3].map((type) => manifest.codeOf(type))).toEqual([undefined, code(1), code(2), undefined]);
  expect(manifest.account).toBe(code(2));
  expect(manifest.singletons.has(code(1))).toBe(true);
});

test("of two names with one code the last gives the type", () => {
  expect(
    new Manifest([
      ["a", code(1)],
      ["b", code(1)],
    ]).typeOf(code(1)),
  ).toBe(2);
});

test("required names", () => {
  expect(() => new Manifest([["init", code(1)]]).require(["init", "account"])).toThrow(
    /INVALID_MANIFEST.*account/,
  );
});

test("is read from blocks", () => {
  const blocks = memoryBlocks();
  const list = new CborWriter()
    .array(2)
    .array(2)
    .text("init")
    .cid(code(1))
    .array(2)
    .text("account")
    .cid(code(2));
  const data = blocks.put(0x71, list.finish());
  const root = blocks.put(0x71, new CborWriter().array(2).u64(1).cid(data).finish());
  expect(readManifestRoot(blocks, root)).toBe(data);
  expect(readManifest(blocks, data, []).entries).toEqual([
    ["init", code(1)],
    ["account", code(2)],
  ]);
  const newer = blocks.put(0x71, new CborWriter().array(2).u64(2).cid(data).finish());
  expect(() => readManifestRoot(blocks, newer)).toThrow(
    expect.objectContaining({ code: "INVALID_MANIFEST" }),
  );
});

test("is read once for all machines of a cache, and asked of each store otherwise", () => {
  const writer = new CborWriter().array(1).array(2).text("account").cid(code(9));
  const blocks = memoryBlocks();
  const data = blocks.put(0x71, writer.finish());
  expect(readManifest(blocks, data, ["account"]).account).toBe(code(9));
  expect(readManifest(memoryBlocks(), data, [])).toBe(readManifest(blocks, data, []));
  const elsewhere = new Blocks(new FakeNativeBlocks(), new MemoryBlockstore(), new DecodedBlocks());
  expect(() => readManifest(elsewhere, data, [])).toThrow(expect.objectContaining({ cid: data }));
});
