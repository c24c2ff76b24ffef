import { describe, expect, test } from "vitest";
import { takenBlocks } from "../../src/blockstore/blocks.js";
import { type Cid, cidFromParts } from "../../src/encoding/cid.js";
import {
  BLAKE2B_256,
  CBOR,
  DAG_CBOR,
  FIL_COMMITMENT_SEALED,
  IDENTITY,
  RAW,
  SHA2_256,
} from "../../src/encoding/codecs.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import type { NativeBlocks } from "../../src/native/addon.js";
import { native } from "../../src/native/index.js";
import { hexBytes, latin1 } from "../../src/util/bytes.js";
import { cidOf, FakeNativeBlocks } from "../support/fake-native-blocks.js";

const data = hexBytes("8101");
const cid = cidOf(DAG_CBOR, data);
const links = (...cids: Cid[]) => {
  const writer = new CborWriter().array(cids.length);
  for (const link of cids) writer.cid(link);
  return writer.finish();
};

// The other tests of this folder rely on the stand-in, so it has to keep the addon's contract.
const implementations: [name: string, create: () => NativeBlocks][] = [
  ["the addon", () => native.blocks()],
  ["the stand-in", () => new FakeNativeBlocks()],
];

describe.each(implementations)("%s", (_, create) => {
  test("put names blocks by their hash", () => {
    const blocks = create();
    for (const codec of [RAW, CBOR, DAG_CBOR]) {
      expect(blocks.put(codec, data)).toBe(cidOf(codec, data));
      expect(native.cidOf(codec, data)).toBe(cidOf(codec, data));
      expect(blocks.put(codec, latin1(data))).toBe(cidOf(codec, data));
      expect(native.cidOf(codec, latin1(data))).toBe(cidOf(codec, data));
    }
    expect(blocks.size).toBe(3);
  });

  test("adopt takes what another one has written, and leaves it there", () => {
    const [blocks, other] = [create(), create()];
    const child = other.put(DAG_CBOR, data);
    const parent = other.put(DAG_CBOR, links(child));
    other.put(RAW, data);
    blocks.put(RAW, data);
    blocks.adopt(other);
    blocks.adopt(other);
    blocks.adopt(blocks);
    expect([blocks.size, other.size]).toEqual([3, 3]);
    other.clear();
    const taken = takenBlocks(blocks, blocks.takeReachable(parent, "current"));
    expect(taken).toEqual([
      { cid: parent, data: links(child) },
      { cid: child, data },
    ]);
    expect(blocks.size).toBe(1);
  });

  test("get answers with copies", () => {
    const blocks = create();
    const source = data.slice();
    blocks.put(DAG_CBOR, source);
    source[0] = 0;
    const first = blocks.get(cid);
    expect(first).toEqual(data);
    first?.fill(9);
    expect(blocks.get(cid)).toEqual(data);
  });

  test("cache takes blocks with the right hash only", () => {
    const blocks = create();
    const fresh = hexBytes("8119abcd");
    const freshCid = cidOf(DAG_CBOR, fresh);
    expect(blocks.has(freshCid)).toBe(false);
    expect(blocks.get(freshCid)).toBeUndefined();
    expect(blocks.cache(freshCid, data)).toBe(false);
    expect(blocks.has(freshCid)).toBe(false);
    expect(blocks.cache(freshCid, fresh)).toBe(true);
    expect(blocks.get(freshCid)).toEqual(fresh);
    expect(blocks.size).toBe(0);
  });

  test("takeReachable takes parents before children and leaves the rest", () => {
    const blocks = create();
    const leaf = blocks.put(RAW, hexBytes("00"));
    const opaque = blocks.put(CBOR, links(cidOf(RAW, hexBytes("01"))));
    const middle = blocks.put(DAG_CBOR, links(leaf, opaque));
    const absent = cidOf(DAG_CBOR, hexBytes("181c"));
    const sealed = cidFromParts(FIL_COMMITMENT_SEALED, 0xb401, new Uint8Array(32));
    const root = blocks.put(DAG_CBOR, links(middle, absent, sealed, middle, leaf));
    const other = blocks.put(DAG_CBOR, data);
    const taken = takenBlocks(blocks, blocks.takeReachable(root, "current"));
    const order = taken.map((block) => block.cid);
    expect(new Set(order)).toEqual(new Set([root, middle, leaf, opaque]));
    expect(order).toHaveLength(4);
    expect(order[0]).toBe(root);
    expect(order.indexOf(middle)).toBeLessThan(order.indexOf(opaque));
    for (const block of taken) expect(cidOf(block.cid.charCodeAt(1), block.data)).toBe(block.cid);
    expect(blocks.size).toBe(1);
    expect(takenBlocks(blocks, blocks.takeAll())).toEqual([{ cid: other, data }]);
    expect(blocks.size).toBe(0);
  });

  test.each<[string, Cid]>([
    ["a codec of its own", cidFromParts(0x70, BLAKE2B_256, new Uint8Array(32))],
    ["a SHA-256 hash", cidFromParts(DAG_CBOR, SHA2_256, new Uint8Array(32))],
  ])("takeReachable refuses a link with %s, and takes nothing", (_, link) => {
    const blocks = create();
    const root = blocks.put(DAG_CBOR, links(blocks.put(RAW, hexBytes("00")), link));
    expect(() => blocks.takeReachable(root, "current")).toThrow(
      expect.objectContaining({ code: "INVALID_LINK" }),
    );
    expect(blocks.size).toBe(2);
  });

  test("takeReachable passes identity links", () => {
    const blocks = create();
    const root = blocks.put(DAG_CBOR, links(cidFromParts(RAW, IDENTITY, hexBytes("00"))));
    expect(takenBlocks(blocks, blocks.takeReachable(root, "current"))).toHaveLength(1);
    expect(blocks.size).toBe(0);
  });

  test("clear empties the buffer", () => {
    const blocks = create();
    blocks.put(DAG_CBOR, hexBytes("8118fe"));
    blocks.clear();
    expect(blocks.size).toBe(0);
    expect(blocks.get(cidOf(DAG_CBOR, hexBytes("8118fe")))).toBeUndefined();
  });
});

test("the addon adopts blocks of its own only", () => {
  for (const other of [undefined, {}, new FakeNativeBlocks(), native.blockCache(1)]) {
    expect(() => native.blocks().adopt(other as NativeBlocks)).toThrow(TypeError);
  }
});
