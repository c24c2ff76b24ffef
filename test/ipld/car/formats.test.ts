/** CARs of version 2, and compressed ones, as streams. */
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { decompress } from "fzstd";
import { describe, expect, test } from "vitest";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import { FvmError } from "../../../src/errors.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { type Car, readCar } from "../../../src/ipld/car/car.js";
import { PieceReader } from "../../../src/ipld/car/pieces.js";
import { openCar, streamCar } from "../../../src/ipld/car/stream.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { unzstd, zstdFrames } from "../../../src/ipld/car/zstd.js";
import { concatBytes, hexBytes, joinBytes } from "../../../src/util/bytes.js";
import { carV2, forestCar, skippableFrame, zstdFrame } from "../../support/cars.js";
import { cidOf } from "../../support/fake-native-blocks.js";
import { fileOf } from "../../support/lotus-recording.js";

const blocks: Block[] = [0, 1, 300, 5_000, 40_000].map((length, i) => {
  const data = new Uint8Array(length).fill(i);
  return { cid: cidOf(i % 2 === 0 ? RAW : DAG_CBOR, data), data };
});
const car: Car = { roots: blocks.slice(1, 3).map(({ cid }) => cid), blocks };
const v1 = writeCar(car);
/** A CAR of one block, as zstd 1.5.4 compresses it: Huffman-coded literals, sequences, a checksum. */
const BY_ZSTD = hexBytes(
  "28b52ffd0468fd020034053aa265726f6f747381d82a58250001551220036f37448972235595fc47b5c8e0be5dacbc38b903" +
    "581ef87ef9933afb823e0a6776657273696f6e01d42261207374617465206f6620736f6d652073697a652e2002002e2267df" +
    "ba2415145458a308",
);

async function* inPieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < data.length; i += size) yield data.subarray(i, i + size);
}

async function collect(data: Uint8Array, size: number): Promise<Car> {
  const { roots, blocks: found } = await streamCar(inPieces(data, size));
  const all: Block[] = [];
  for await (const { cid, data } of found) all.push({ cid, data: Uint8Array.from(data) });
  return { roots, blocks: all };
}

const formats: [string, Uint8Array][] = [
  ["version 1", v1],
  ["version 2 without an index", carV2(car)],
  ["version 2 with an index and padding", carV2(car, { index: "multihash", padding: 1000 })],
  ["one zstd frame", zstdFrame(v1)],
  [
    "zstd frames that split blocks",
    concatBytes(...[...Array(7).keys()].map((i) => zstdFrame(v1.subarray(i * 7_000, (i + 1) * 7_000), 999))),
  ],
  [
    "zstd with skippable frames",
    concatBytes(skippableFrame(v1, 7), zstdFrame(v1), skippableFrame(hexBytes(""))),
  ],
  ["zstd of version 2", zstdFrame(carV2(car, { index: "sorted" }))],
  ["Forest's", forestCar(car)],
];

describe.each(formats)("%s", (name, bytes) => {
  test.each([1, 5, 100, 4096, 1_000_000])("in pieces of %i bytes", async (size) => {
    expect(await collect(bytes, size)).toEqual(car);
  });

  test("offsets are those of the data, decompressed", async () => {
    const plain = name.startsWith("version")
      ? bytes
      : name.endsWith("version 2")
        ? carV2(car, { index: "sorted" })
        : v1;
    for await (const { data, offset } of (await streamCar(inPieces(bytes, 5000))).blocks)
      expect(Buffer.compare(plain.subarray(offset, offset + data.length), data)).toBe(0);
  });

  test("cut off anywhere: INVALID_CAR, or the blocks that are all there", async () => {
    for (const length of [
      1,
      3,
      10,
      11,
      30,
      51,
      60,
      500,
      10_000,
      bytes.length - 20_000,
      bytes.length - 2_000,
    ]) {
      const read = collect(bytes.subarray(0, length), 4096);
      await expect(read).rejects.toMatchObject({ name: "FvmError", code: "INVALID_CAR" });
    }
  });

  test("with any byte changed: INVALID_CAR, or blocks", { timeout: 120_000 }, async () => {
    const byte = fc.record({
      at: fc.nat(Math.min(bytes.length, 2_000) - 1),
      value: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(byte, async ({ at, value }) => {
        await collect(bytes.with(at, value), 4096).catch((error) => expect(error).toBeInstanceOf(FvmError));
      }),
      { numRuns: 100 },
    );
  });
});

test("whole, of version 2", () => {
  const { roots, blocks: found } = readCar(carV2(car, { index: "multihash", padding: 9 }));
  expect({ roots, blocks: found.map(({ cid, data }) => ({ cid, data })) }).toEqual(car);
});

test("what zstd compressed", async () => {
  const data = Buffer.from("a state of some size. ".repeat(200));
  const { roots, blocks: found } = await collect(BY_ZSTD, 7);
  expect(found).toEqual([{ cid: roots[0], data: new Uint8Array(data) }]);
});

describe("refused with INVALID_CAR", () => {
  const header = (dataOffset: number, dataSize: number, indexOffset = 0) => {
    const bytes = carV2(car).slice(0, 51);
    const view = new DataView(bytes.buffer);
    [dataOffset, dataSize, indexOffset].forEach((value, i) => {
      view.setBigUint64(27 + i * 8, BigInt(value), true);
    });
    return concatBytes(bytes, v1);
  };
  const frameWith = (hex: string) => hexBytes(`28b52ffd${hex}`);
  test.each<[string, Uint8Array, number, string | RegExp]>([
    ["version 2, unfinished", header(51, 0), 11, "unfinished: its header has no size of the data"],
    [
      "version 2 whose data is in its header",
      header(11, v1.length),
      11,
      "data at offset 11, within the header",
    ],
    ["version 2 whose data is larger than any file", header(51, 2 ** 60), 11, `data of ${2 ** 60} bytes`],
    [
      "version 2 whose index is in its data",
      header(51, v1.length, 60),
      11,
      "index at offset 60, within the data",
    ],
    ["version 2 that is cut off between blocks", header(51, v1.length + 1), 51 + v1.length, "cut off"],
    [
      "version 2 within version 2",
      carV2({ roots: [], blocks: [] }).with(51 + 17, 2),
      51,
      /version 2|malformed header/,
    ],
    [
      "zstd that goes on with something else",
      concatBytes(zstdFrame(v1), v1),
      zstdFrame(v1).length,
      "bytes that are no zstd frame",
    ],
    ["a window of 256 MiB", frameWith("0090010000"), 0, "zstd frame with a window of 268435456 bytes"],
    [
      "a content of 4 GiB in one segment",
      frameWith("a0ffffffff010000"),
      0,
      "zstd frame with a window of 4294967295 bytes",
    ],
    ["a dictionary", frameWith("013805010000"), 0, "zstd frame that needs a dictionary"],
    ["a reserved bit", frameWith("0838010000"), 0, "damaged zstd frame"],
    ["a block of a reserved type", frameWith("0038070000"), 0, "damaged zstd frame"],
    ["a block of 2 MiB", frameWith("0038fbffff00"), 0, "damaged zstd frame"],
    ["a compressed block of rubbish", frameWith("0038450000ffffffffffffffff"), 0, "damaged zstd frame"],
  ])("%s", async (_, bytes, offset, reason) => {
    await expect(collect(bytes, 100)).rejects.toMatchObject({
      name: "FvmError",
      code: "INVALID_CAR",
      details: { offset, reason: typeof reason === "string" ? reason : expect.stringMatching(reason) },
    });
  });

  test("a compressed one that is to be read whole", () => {
    expect(() => readCar(zstdFrame(v1))).toThrow("compressed: streamCar and openCar read it");
  });
});

test("a bomb stops at the first block that it claims to have", async () => {
  // 128 KiB of zeros from 4 bytes, over and over: 128 GiB.
  async function* bomb(): AsyncGenerator<Uint8Array> {
    yield hexBytes("28b52ffd0038");
    for (;;) yield concatBytes(...Array.from({ length: 1000 }, () => hexBytes("02001000")));
  }
  const before = process.memoryUsage.rss();
  const read = async () => {
    for await (const _ of (await streamCar(bomb())).blocks);
  };
  await expect(read()).rejects.toMatchObject({ details: { offset: 0, reason: "empty section" } });
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20);
});

test("a source hears that nobody reads on", async () => {
  for (const bytes of [v1, zstdFrame(v1), carV2(car)]) {
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inPieces(bytes, 100);
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of (await streamCar(source())).blocks) break;
    expect(isClosed).toBe(true);
  }
});

const real = fileOf("nv28", "full.car.zst");
const missing = existsSync(real) ? "" : " (skipped: nv28/full.car.zst is not in the vector folder)";
test.skipIf(missing !== "")(`a chain of Lotus, compressed by zstd${missing}`, async () => {
  const whole = readCar(decompress(readFileSync(real)));
  const { roots, blocks: found } = await openCar(real);
  expect(roots).toEqual(whole.roots);
  let count = 0;
  for await (const { cid, data } of found) {
    expect(cid).toBe(whole.blocks[count]?.cid);
    expect(Buffer.compare(data, whole.blocks[count]?.data ?? new Uint8Array())).toBe(0);
    count++;
  }
  expect(count).toBe(whole.blocks.length);
});

test("each frame of thousands gives its memory back when it is over", async () => {
  const content = new Uint8Array(400_000).fill(7);
  const frame: Uint8Array[] = [];
  async function* once() {
    yield content;
  }
  for await (const piece of zstdFrames(once())) frame.push(piece);
  const frames = 5000;
  async function* repeated() {
    for (let i = 0; i < frames; i++) yield joinBytes(frame);
  }
  const before = process.memoryUsage().rss;
  let [length, most] = [0, 0];
  for await (const piece of unzstd(new PieceReader(repeated()))) {
    length += piece.length;
    most = Math.max(most, process.memoryUsage.rss());
  }
  expect(length).toBe(frames * content.length);
  // What a frame is decompressed with is some 300 KB.
  expect(most - before).toBeLessThan(400 * 2 ** 20);
});
