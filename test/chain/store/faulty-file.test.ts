/** Snapshots in files that are read slowly, in small pieces, and fail now and then. */
import { Readable } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Draw } from "../../../src/chain/devnet/draw.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { forestCar } from "../../support/cars.js";
import { openFolder, temporaryFile } from "../../support/chain-folder.js";
import { turn } from "../../support/late-store.js";
import { SmallChain } from "../../support/small-chain.js";

type Fs = typeof import("node:fs");
type ReadPieces = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** How files are read; undefined: as usual. */
const reading = vi.hoisted((): { by: ReadPieces | undefined } => ({ by: undefined }));

vi.mock("node:fs", async (original) => {
  const fs = await original<Fs>();
  const createReadStream = (...args: Parameters<Fs["createReadStream"]>) => {
    const stream = fs.createReadStream(...args);
    return reading.by === undefined ? stream : Readable.from(reading.by(stream), { objectMode: true });
  };
  return { ...fs, createReadStream };
});

afterEach(() => {
  reading.by = undefined;
});

/** More blocks than are stored at once. */
const chain = SmallChain.of(20);
chain.litter(45_000);
const car = { roots: chain.head.key, blocks: [...chain.store] };
const formats: [name: string, bytes: Uint8Array][] = [
  ["a CAR", writeCar(car)],
  ["frames of zstd", forestCar(car)],
];
const SLOW = 120_000;

/** Pieces of up to so many bytes, some a turn of the event loop later; `fails` is asked before each. */
function unsteady(name: string, most: number, fails: (draw: Draw) => boolean = () => false): ReadPieces {
  const draw = new Draw("faulty file").of(name);
  return async function* (pieces) {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; ) {
        if (fails(draw)) throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
        const end = at + 1 + draw.below(most);
        if (draw.below(4) === 0) await turn();
        yield piece.subarray(at, end);
        at = end;
      }
    }
  };
}

describe.each(formats)("%s", (name, bytes) => {
  test("may come in pieces of any size", { timeout: SLOW }, async () => {
    reading.by = unsteady(name, 1000);
    const store = await openFolder(chain.network);
    const result = await importSnapshot(store, temporaryFile("snapshot", bytes));
    expect(result).toMatchObject({ head: 19, change: "first", added: chain.store.size });
    expect(car.blocks.filter(({ cid }) => !store.blockstore.has(cid))).toEqual([]);
  });

  test("may fail at any time: the next call goes on", { timeout: SLOW }, async () => {
    const path = temporaryFile("snapshot", bytes);
    const store = await openFolder(chain.network);
    const pieces = bytes.length / 10_000;
    reading.by = unsteady(name, 20_000, (draw) => draw.below(Math.ceil(pieces)) === 0);
    let failures = 0;
    let added = 0;
    let result: Awaited<ReturnType<typeof importSnapshot>> | undefined;
    while (result === undefined && failures < 200) {
      const before = store.database.stat().blocks;
      result = await importSnapshot(store, path).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "EIO" });
        failures++;
        return undefined;
      });
      added += store.database.stat().blocks - before;
    }
    expect(failures).toBeGreaterThan(0);
    expect(result).toMatchObject({ head: 19, change: "first" });
    // Blocks that an earlier call has stored are not read again.
    expect((result?.before ?? 0) + (result?.blocks ?? 0)).toBe(chain.store.size);
    expect(added).toBe(chain.store.size);
    expect(car.blocks.filter(({ cid }) => !store.blockstore.has(cid))).toEqual([]);
  });

  test.each([0.1, 0.5, 0.9])("may end before it should: at %d", { timeout: SLOW }, async (part) => {
    const path = temporaryFile("snapshot", bytes);
    const store = await openFolder(chain.network);
    reading.by = async function* (pieces) {
      let left = Math.floor(part * bytes.length);
      for await (const piece of pieces) {
        yield piece.subarray(0, left);
        left -= piece.length;
        if (left <= 0) return;
      }
    };
    await expect(importSnapshot(store, path)).rejects.toMatchObject({ code: "INVALID_CAR" });
    reading.by = undefined;
    expect(await importSnapshot(store, path)).toMatchObject({ head: 19, change: "first" });
    expect(car.blocks.filter(({ cid }) => !store.blockstore.has(cid))).toEqual([]);
  });
});
