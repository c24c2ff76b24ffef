import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decompress } from "fzstd";
import { afterAll, describe, expect, test } from "vitest";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { openCar } from "../../../src/ipld/car/stream.js";
import { carPieces, writeCar, writeCarFile } from "../../../src/ipld/car/write.js";
import { concatBytes } from "../../../src/util/bytes.js";
import { cidOf } from "../../support/fake-native-blocks.js";

const folder = mkdtempSync(join(tmpdir(), "fvm-car-"));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks: Block[] = Array.from({ length: 200 }, (_, i) => {
  const data = new Uint8Array(i * 50).fill(i);
  return { cid: cidOf(DAG_CBOR, data), data };
});
const car = { roots: blocks.slice(0, 2).map(({ cid }) => cid), blocks };

test("in pieces, from a generator: the same bytes", async () => {
  async function* source(): AsyncGenerator<Block> {
    yield* blocks;
  }
  for (const each of [blocks, source()]) {
    const pieces: Uint8Array[] = [];
    for await (const piece of carPieces({ roots: car.roots, blocks: each })) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(2);
    expect(concatBytes(...pieces)).toEqual(writeCar(car));
  }
});

describe("a file", () => {
  test("is there once it is whole, in place of another one", async () => {
    const path = join(folder, "whole.car");
    writeFileSync(path, "something older");
    async function* source(): AsyncGenerator<Block> {
      yield* blocks.slice(0, 150);
      expect(readFileSync(path, "utf8")).toBe("something older");
      yield* blocks.slice(150);
    }
    await writeCarFile(path, { roots: car.roots, blocks: source() });
    expect(new Uint8Array(readFileSync(path))).toEqual(writeCar(car));
    expect(readdirSync(folder)).toEqual(["whole.car"]);
  });

  test("blocks are taken no faster than they are written", async () => {
    const data = new Uint8Array(1024 * 1024);
    const block = { cid: cidOf(DAG_CBOR, data), data };
    let taken = 0;
    let written = 0;
    let most = 0;
    function* source(): Generator<Block> {
      for (; taken < 64; taken++) yield block;
    }
    for await (const piece of carPieces({ roots: [], blocks: source() })) {
      written += piece.length;
      most = Math.max(most, taken * data.length - written);
      await new Promise(setImmediate);
    }
    expect(taken).toBe(64);
    expect(most).toBeLessThan(2 * data.length);
  });

  test.each<[string, () => Promise<unknown>, object]>([
    [
      "a source that fails",
      () => {
        const blocksThatFail = function* () {
          yield* blocks;
          throw new Error("connection lost");
        };
        return writeCarFile(join(folder, "failed.car"), { roots: [], blocks: blocksThatFail() });
      },
      { message: "connection lost" },
    ],
    [
      "a block that is none",
      () =>
        writeCarFile(join(folder, "failed.car"), {
          roots: [],
          blocks: [{ ...blocks[0], cid: "x" } as Block],
        }),
      { code: "INVALID_CID" },
    ],
    [
      "a block without bytes",
      () =>
        writeCarFile(join(folder, "failed.car"), {
          roots: [],
          blocks: [{ cid: blocks[0]?.cid, data: "text" } as unknown as Block],
        }),
      { code: "INVALID_OPTION" },
    ],
    [
      "a signal that was aborted",
      () =>
        writeCarFile(join(folder, "failed.car"), car, { signal: AbortSignal.abort(new Error("given up")) }),
      { message: "given up" },
    ],
    ["a folder that is not there", () => writeCarFile(join(folder, "no", "x.car"), car), { code: "ENOENT" }],
    [
      "an unknown option",
      () => writeCarFile(join(folder, "failed.car"), car, { gzip: true } as object),
      { code: "INVALID_OPTION" },
    ],
  ])("%s leaves nothing", async (_, write, error) => {
    await expect(write()).rejects.toMatchObject(error);
    expect(readdirSync(folder)).toEqual(["whole.car"]);
  });

  test("compressed, as others read it", async () => {
    const path = join(folder, "compressed.car.zst");
    await writeCarFile(path, car, { zstd: true });
    const bytes = readFileSync(path);
    expect(bytes.length).toBeLessThan(readFileSync(join(folder, "whole.car")).length);
    expect(Buffer.compare(decompress(bytes), readFileSync(join(folder, "whole.car")))).toBe(0);
    let count = 0;
    for await (const { cid } of (await openCar(path)).blocks) expect(cid).toBe(blocks[count++]?.cid);
    expect(count).toBe(blocks.length);
  });
});
