/** CAR files in all forms, in place. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CarBlockstore } from "../../../src/blockstore/car/car-blockstore.js";
import { cidFromParts, parseCid } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW, SHA2_256 } from "../../../src/encoding/codecs.js";
import type { Block } from "../../../src/ipld/block-access.js";
import type { Car } from "../../../src/ipld/car/car.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { hexBytes } from "../../../src/util/bytes.js";
import { carV2, type ForestOptions, forestCar, type Version2Options, zstdFrame } from "../../support/cars.js";
import { cidOf } from "../../support/fake-native-blocks.js";

const folder = mkdtempSync(join(tmpdir(), "fvm-car-"));
afterAll(() => rmSync(folder, { recursive: true }));

const digest = new Uint8Array(32).fill(9);
const blocks: Block[] = [
  ...Array.from({ length: 500 }, (_, i) => {
    const data = new Uint8Array(Buffer.alloc(4 + (i % 20) * 30, `${i} `));
    return { cid: cidOf(i % 2 === 0 ? RAW : DAG_CBOR, data), data };
  }),
  // The same digest, with two codecs and two hashes.
  { cid: cidFromParts(RAW, SHA2_256, digest), data: hexBytes("01") },
  { cid: cidFromParts(DAG_CBOR, SHA2_256, digest), data: hexBytes("02") },
  { cid: cidFromParts(DAG_CBOR, 0xb220, digest), data: hexBytes("03") },
  { cid: cidFromParts(RAW, SHA2_256, digest.subarray(0, 20)), data: hexBytes("04") },
  { cid: parseCid("bafkqabkimvwgy3y"), data: hexBytes("68656c6c6f") },
  { cid: parseCid("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"), data: hexBytes("") },
];
const car: Car = { roots: blocks.slice(1, 3).map(({ cid }) => cid), blocks };
const absent = [
  cidOf(RAW, hexBytes("77")),
  cidFromParts(0x70, SHA2_256, digest),
  cidFromParts(RAW, 0x1b, digest),
];

let files = 0;
function saved(bytes: Uint8Array): string {
  const path = join(folder, `${files++}.car`);
  writeFileSync(path, bytes);
  return path;
}

describe.each<[string, Uint8Array]>([
  ["version 1", writeCar(car)],
  ["version 2 without an index", carV2(car, { padding: 7 })],
  ["version 2, IndexSorted", carV2(car, { index: "sorted" })],
  ["version 2, MultihashIndexSorted", carV2(car, { index: "multihash", padding: 100 })],
  ["Forest's", forestCar(car)],
  ["Forest's, one block per frame", forestCar(car, { blocksPerFrame: 1 })],
  ["Forest's, with an index in many frames", forestCar(car, { indexFrameBytes: 52 })],
  ["Forest's, with an index of one bucket", forestCar(car, { buckets: 1 })],
])("%s", (_, bytes) => {
  test("has its blocks and no others", async () => {
    const path = saved(bytes);
    using store = await CarBlockstore.open(path);
    expect(store.roots).toEqual(car.roots);
    for (const { cid, data } of blocks) {
      const found = store.get(cid);
      expect(found?.byteLength).toBe(data.length);
      expect(Buffer.compare(found ?? digest, data)).toBe(0);
    }
    for (const cid of absent) expect(store.get(cid)).toBeUndefined();
    const added = { cid: absent[0] as Block["cid"], data: hexBytes("77") };
    store.putMany([added]);
    expect(store.get(added.cid)).toEqual(added.data);
    expect(readFileSync(path)).toHaveLength(bytes.length);
  });

  test("changed anywhere: INVALID_CAR or an answer, now or later", async () => {
    const step = Math.ceil(bytes.length / 80);
    const places = [
      ...Array(60).keys(),
      ...Array.from({ length: 80 }, (_, i) => Math.min(i * step, bytes.length - 1)),
    ];
    const ends = Array.from({ length: 30 }, (_, i) => bytes.length - 1 - i);
    for (const at of [...places, ...ends]) {
      const path = saved(bytes.with(at, (bytes[at] ?? 0) ^ 0x55));
      try {
        using store = await CarBlockstore.open(path);
        for (const { cid } of blocks.slice(0, 40)) store.get(cid);
      } catch (error) {
        expect(error).toMatchObject({ name: "FvmError", code: "INVALID_CAR" });
      }
      rmSync(path);
    }
  });
});

test("without blocks", async () => {
  const empty = { roots: [], blocks: [] };
  for (const bytes of [writeCar(empty), carV2(empty, { index: "multihash" }), forestCar(empty)]) {
    using store = await CarBlockstore.open(saved(bytes));
    expect([store.roots, store.get(absent[0] as Block["cid"])]).toEqual([[], undefined]);
  }
});

describe("an index of version 2 that is not sound: the file is read instead", () => {
  const replaced = (at: number, hex: string) => (index: Uint8Array) => {
    const changed = index.slice();
    changed.set(hexBytes(hex), at);
    return changed;
  };
  test.each<[string, Version2Options]>([
    ["of an unknown kind", { index: "sorted", changed: replaced(0, "ff07") }],
    ["with a table longer than the file", { index: "sorted", changed: replaced(10, "ffffff") }],
    ["with entries of no bytes", { index: "sorted", changed: replaced(6, "00000000") }],
    ["with very many hashes", { index: "multihash", changed: replaced(2, "ffffffff") }],
    ["cut off", { index: "multihash", changed: (index) => index.subarray(0, 100) }],
    ["of one byte", { index: "multihash", changed: (index) => index.subarray(0, 1) }],
  ])("%s", async (_, options) => {
    using store = await CarBlockstore.open(saved(carV2(car, options)));
    for (const { cid, data } of blocks) expect(store.get(cid)).toEqual(data);
  });
});

describe("refused with INVALID_CAR", () => {
  const frameIndex = (changed: ForestOptions["changed"]) => forestCar(car, changed && { changed });
  const with64 = (at: number, value: bigint) => (index: Uint8Array) => {
    const copy = index.slice();
    new DataView(copy.buffer).setBigUint64(at, value, true);
    return copy;
  };
  const footer = forestCar(car).length - 8;
  test.each<[string, Uint8Array, RegExp]>([
    [
      "compressed and without an index",
      zstdFrame(writeCar(car)),
      /^compressed and without an index: import it into a store, or decompress it$/,
    ],
    ["version 2 shorter than its data", carV2(car).subarray(0, 3000), /^cut off$/],
    ["an index of another version", frameIndex(with64(0, 5n)), /^an index of another version$/],
    ["an index far behind the file", with64(footer, 2n ** 60n)(forestCar(car)), /^index at offset \d+$/],
    ["an index before the file", with64(footer, 3n)(forestCar(car)), /^index at offset -5$/],
    ["an index within the data", with64(footer, 100n)(forestCar(car)), /^damaged index$/],
    ["an index that is cut off", frameIndex((index) => index.subarray(0, 20)), /^index cut off$/],
  ])("%s", async (_, bytes, reason) => {
    await expect(CarBlockstore.open(saved(bytes))).rejects.toMatchObject({
      code: "INVALID_CAR",
      details: { reason: expect.stringMatching(reason) },
    });
  });

  test("an index that leads elsewhere", async () => {
    const lies = (index: Uint8Array) => {
      const copy = index.slice();
      for (let at = 32; at < copy.length; at += 16) {
        const view = new DataView(copy.buffer, at, 16);
        if (view.getBigUint64(8, true) !== 2n ** 64n - 1n) view.setBigUint64(8, 2n ** 40n, true);
      }
      return copy;
    };
    using forest = await CarBlockstore.open(saved(frameIndex(lies)));
    expect(() => forest.get(blocks[0]?.cid as Block["cid"])).toThrow(/the index leads to offset/);
    const swapped = (index: Uint8Array) => {
      // The second digest with the place of the first.
      const copy = index.slice();
      copy.copyWithin(18, 18 + 40, 18 + 40 + 32);
      return copy;
    };
    using sorted = await CarBlockstore.open(saved(carV2(car, { index: "sorted", changed: swapped })));
    const get = () => blocks.map(({ cid }) => sorted.get(cid));
    expect(get).toThrow(/the index leads to another block/);
  });
});
