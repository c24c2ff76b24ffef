import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CarBlockstore } from "../../../src/blockstore/car/car-blockstore.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { cidText, parseCid } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import { FvmError, isFvmError } from "../../../src/errors.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { readCar } from "../../../src/ipld/car/car.js";
import type { LocatedBlock } from "../../../src/ipld/car/parser.js";
import { openCar, streamCar } from "../../../src/ipld/car/stream.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { bytesEqual, concatBytes, hexBytes } from "../../../src/util/bytes.js";
import { cidOf } from "../../support/fake-native-blocks.js";
import { bundleFile } from "../../support/test-data.js";

const folder = mkdtempSync(join(tmpdir(), "fvm-car-"));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks: Block[] = [
  hexBytes(""),
  hexBytes("01"),
  new Uint8Array(300).fill(7),
  new Uint8Array(5_000).fill(9),
].map((data, i) => ({ cid: cidOf(i % 2 === 0 ? RAW : DAG_CBOR, data), data }));
const identity = { cid: parseCid("bafkqabkimvwgy3y"), data: hexBytes("68656c6c6f") };
const version0 = { cid: parseCid("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"), data: hexBytes("") };
const car = { roots: blocks.slice(1, 3).map(({ cid }) => cid), blocks: [...blocks, identity, version0] };
const bytes = writeCar(car);

async function* inPieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < data.length; i += size) yield data.subarray(i, i + size);
}

async function collect(source: AsyncIterable<LocatedBlock>): Promise<Block[]> {
  const all: Block[] = [];
  for await (const { cid, data, offset } of source) {
    expect(bytesEqual(bytes.subarray(offset, offset + data.length), data)).toBe(true);
    all.push({ cid, data: Uint8Array.from(data) });
  }
  return all;
}

describe("reading", () => {
  test("whole", () => {
    const { roots, blocks: found } = readCar(bytes);
    expect(roots).toEqual(car.roots);
    expect(found.map(({ cid, data }) => ({ cid, data }))).toEqual(car.blocks);
  });

  test.each([1, 2, 37, 1000, 1_000_000])("in pieces of %i bytes", async (size) => {
    const { roots, blocks: found } = await streamCar(inPieces(bytes, size));
    expect(roots).toEqual(car.roots);
    expect(await collect(found)).toEqual(car.blocks);
  });

  test("from a file", async () => {
    const path = join(folder, "read.car");
    writeFileSync(path, bytes);
    const { roots, blocks: found } = await openCar(path);
    expect(roots).toEqual(car.roots);
    expect(await collect(found)).toEqual(car.blocks);
  });

  test("without blocks and roots", () => {
    expect(readCar(writeCar({ roots: [], blocks: [] }))).toEqual({ roots: [], blocks: [] });
  });

  test("a stream that fails", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 200);
      throw new Error("connection lost");
    }
    const { blocks: found } = await streamCar(broken());
    await expect(collect(found)).rejects.toThrow("connection lost");
  });
});

describe("refused with INVALID_CAR", () => {
  const header = writeCar({ roots: [], blocks: [] });
  test.each<[string, Uint8Array, number, string]>([
    ["nothing", new Uint8Array(0), 0, "no header"],
    ["a header cut off", header.subarray(0, 5), 0, "cut off"],
    ["a block cut off", bytes.subarray(0, bytes.length - 1), bytes.length - 35, "cut off"],
    ["version 3", hexBytes("0aa16776657273696f6e03"), 0, "version 3"],
    ["no version", hexBytes("08a165726f6f747380"), 0, "version 0"],
    ["a header that is no map", hexBytes("0180"), 0, "malformed header"],
    ["a root that is no CID", hexBytes("12a265726f6f747381016776657273696f6e01"), 0, "malformed header"],
    ["an empty section", concatBytes(header, hexBytes("00")), header.length, "empty section"],
    [
      "a section without CID",
      concatBytes(header, hexBytes("03010203")),
      header.length + 1,
      "section without CID",
    ],
    ["an endless length", concatBytes(header, new Uint8Array(10).fill(0xff)), header.length, "no length"],
    [
      "a huge section",
      concatBytes(header, hexBytes("ffffffff0f")),
      header.length,
      "section of 4294967295 bytes",
    ],
    ["text", Buffer.from("<html>"), 0, "cut off"],
  ])("%s", async (_, data, offset, reason) => {
    const isIt = expect.toSatisfy(
      (error) =>
        isFvmError(error, "INVALID_CAR") &&
        error.details.offset === offset &&
        error.details.reason === reason,
    );
    expect(() => readCar(data)).toThrow(isIt);
    const read = async () => {
      for await (const _ of (await streamCar(inPieces(data, 3))).blocks);
    };
    await expect(read()).rejects.toEqual(isIt);
  });
});

test("a blockstore in memory", () => {
  const store = MemoryBlockstore.fromCar(bytes);
  expect(store.size).toBe(car.blocks.length);
  expect(store.roots).toEqual(car.roots);
  expect(new MemoryBlockstore(car.blocks).roots).toEqual([]);
  for (const { cid, data } of car.blocks) expect(store.get(cid)).toEqual(data);
  const added = { cid: cidOf(RAW, hexBytes("05")), data: hexBytes("05") };
  expect(store.has(added.cid)).toBe(false);
  store.putMany([added]);
  expect(store.get(added.cid)).toEqual(added.data);
  expect([...store]).toHaveLength(car.blocks.length + 1);
});

describe("a blockstore over a file", () => {
  test("reads from the file and keeps what is put", async () => {
    const path = join(folder, "store.car");
    writeFileSync(path, bytes);
    const store = await CarBlockstore.open(path);
    expect(store.roots).toEqual(car.roots);
    for (const { cid, data } of car.blocks) expect(store.get(cid)).toEqual(data);
    const added = { cid: cidOf(RAW, hexBytes("05")), data: hexBytes("05") };
    expect(store.get(added.cid)).toBeUndefined();
    store.putMany([added]);
    expect(store.get(added.cid)).toEqual(added.data);
    expect(readFileSync(path)).toHaveLength(bytes.length);
    truncateSync(path, 100);
    expect(() => store.get(blocks[3]?.cid ?? identity.cid)).toThrow(FvmError);
    store.close();
    expect(() => store.get(identity.cid)).toThrow(/STORE_CLOSED/);
  });

  test("is closed at the end of its block, and twice is once", async () => {
    const path = join(folder, "closed.car");
    writeFileSync(path, bytes);
    let kept: CarBlockstore;
    {
      using store = await CarBlockstore.open(path);
      expect(store.get(identity.cid)).toBeDefined();
      kept = store;
    }
    kept.close();
    for (const [operation, act] of [
      ["get", () => kept.get(identity.cid)],
      ["putMany", () => kept.putMany([])],
    ] as const) {
      expect(act).toThrow(
        expect.objectContaining({
          name: "FvmError",
          code: "STORE_CLOSED",
          details: { operation, store: path },
        }),
      );
    }
  });

  test("a file that is not there or no CAR", async () => {
    await expect(CarBlockstore.open(join(folder, "absent.car"))).rejects.toThrow(/ENOENT/);
    const path = join(folder, "text.car");
    writeFileSync(path, "no CAR at all");
    await expect(CarBlockstore.open(path)).rejects.toThrow(FvmError);
  });
});

test("a CAR of very many blocks", async () => {
  const count = 140_000;
  const written = writeCar({ roots: [], blocks: Array.from({ length: count }, () => identity) });
  const whole = async function* () {
    yield written;
  };
  let streamed = 0;
  for await (const { cid } of (await streamCar(whole())).blocks) streamed += cid === identity.cid ? 1 : 0;
  expect(streamed).toBe(count);
});

const bundle = bundleFile("v13/builtin-actors-mainnet.car");
const missing =
  bundle === undefined ? " (skipped: v13/builtin-actors-mainnet.car is not in the bundle folder)" : "";

test.skipIf(bundle === undefined)(`a bundle of actors${missing}`, async () => {
  const { roots, blocks: found } = readCar(readFileSync(bundle ?? ""));
  expect(roots.map(cidText)).toEqual(["bafy2bzacecdhvfmtirtojwhw2tyciu4jkbpsbk5g53oe24br27oy62sn4dc4e"]);
  for (const { cid, data } of found) expect(cidOf(cid.charCodeAt(1), data)).toBe(cid);
  const streamed: string[] = [];
  for await (const { cid } of (await openCar(bundle ?? "")).blocks) streamed.push(cid);
  expect(streamed).toEqual(found.map(({ cid }) => cid));
});
