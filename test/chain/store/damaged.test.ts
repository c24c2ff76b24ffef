/** Snapshots that are cut off or altered. */
import { describe, expect, test } from "vitest";
import { Chain } from "../../../src/chain/history/chain.js";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import type { ChainStore } from "../../../src/chain/store/chain-store.js";
import { CidSet } from "../../../src/chain/store/cid-set.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { markReachable } from "../../../src/chain/store/reachable.js";
import { snapshotBlocks } from "../../../src/chain/store/snapshot-blocks.js";
import { type Cid, cidCodec } from "../../../src/encoding/cid.js";
import { RAW } from "../../../src/encoding/codecs.js";
import { isFvmError } from "../../../src/errors.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { readCar } from "../../../src/ipld/car/car.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { carV2, forestCar, zstdFrame } from "../../support/cars.js";
import { openFolder, temporaryFile } from "../../support/chain-folder.js";
import { SmallChain } from "../../support/small-chain.js";
import { randomNumbers } from "../../support/test-data.js";

const chain = SmallChain.of(8);
const whole = writeCar({ roots: chain.head.key, blocks: await exported(chain) });

/** As Lotus orders it. */
async function exported({ store, head }: SmallChain): Promise<Block[]> {
  const options = {
    states: 4,
    skipOldMessages: false,
    receipts: false,
    signal: undefined,
    onEpoch: () => undefined,
  };
  const blocks: Block[] = [];
  for await (const block of snapshotBlocks(new Chain(store), head, options)) blocks.push(block);
  return blocks;
}

/** Imports it, and the whole one after it. Answers the code of the error, or `undefined`. */
async function imported(bytes: Uint8Array): Promise<string | undefined> {
  const store = await openFolder(chain.network);
  let code: string | undefined;
  try {
    await importSnapshot(store, temporaryFile("damaged.car", bytes));
    await expectTruth(store);
  } catch (error) {
    if (!isFvmError(error, "INVALID_CAR") && !isFvmError(error, "INVALID_SNAPSHOT")) throw error;
    code = error.code;
  }
  const { head } = await importSnapshot(store, temporaryFile("whole.car", whole));
  expect(head).toBe(7);
  expect(store.states).toEqual([
    { from: 0, to: 0 },
    { from: 4, to: 7 },
  ]);
  await store.close();
  return code;
}

/** All states that are said to be there are there, but for raw blocks, which may be code out of bundles. */
async function expectTruth(store: ChainStore): Promise<void> {
  for (const range of store.states) {
    for await (const { key } of store.keys(range)) {
      const missing: string[] = [];
      const { parentStateRoot } = firstHeader(await store.chain.tipset(key));
      const onMissing = (cid: Cid) => {
        if (cidCodec(cid) !== RAW) missing.push(cid);
      };
      await markReachable(store.blockstore, parentStateRoot, {
        seen: CidSet.temporary(),
        onMissing,
        signal: undefined,
      });
      expect(missing).toEqual([]);
    }
  }
}

const car = readCar(whole);
const other = carV2(car, { index: "multihash", padding: 99 });
type Code = string | undefined;
/** Each with what becomes of files that end behind a block: undefined, if nothing tells that there was more. */
const formats: [name: string, bytes: Uint8Array, codes: Code[]][] = [
  ["version 1", whole, [undefined]],
  ["version 2", carV2(car), ["INVALID_CAR"]],
  ["version 2 with an index", other, ["INVALID_CAR"]],
  ["one frame of zstd", zstdFrame(whole), ["INVALID_CAR"]],
  ["frames of zstd as Forest's", forestCar(car), ["INVALID_CAR", undefined]],
  ["version 2 in a frame of zstd", zstdFrame(other), ["INVALID_CAR"]],
];

describe.each(formats)("%s", (_, bytes, codes) => {
  const random = randomNumbers(7);
  /** Offsets behind each block, in all formats: nothing in them is compressed. */
  const ends = car.blocks.map(({ data }) => Buffer.from(bytes).indexOf(data) + data.length);
  const end = Math.max(...ends);

  test("is right", async () => {
    expect(Math.min(...ends)).toBeGreaterThan(100);
    expect(await imported(bytes)).toBeUndefined();
  });

  test("cut off behind each block it is refused, or said to have what it has", async () => {
    const found = new Set<Code>();
    for (const cut of ends) if (cut !== end) found.add(await imported(bytes.subarray(0, cut)));
    expect(found).toEqual(new Set(codes));
  });

  test("cut off anywhere else before its last block it is refused", async () => {
    for (let i = 0; i < 8; i++) {
      let cut: number;
      do cut = 1 + random(end - 1);
      while (ends.includes(cut));
      // Frames that follow each other begin behind blocks, too.
      expect(await imported(bytes.subarray(0, cut))).toMatch(/^INVALID_(CAR|SNAPSHOT)$/);
    }
  });

  test("altered anywhere it is refused, or nothing is lost", async () => {
    for (let i = 0; i < 12; i++) {
      const altered = bytes.slice();
      const at = random(altered.length);
      altered[at] = (altered[at] as number) ^ (1 << random(8));
      const code = await imported(altered);
      // Paddings and indexes are not read.
      if (code === undefined) expect(bytes).not.toBe(whole);
    }
  });
});

describe("refused, with nothing lost:", () => {
  test("without any block", async () => {
    expect(await imported(writeCar({ roots: car.roots, blocks: [] }))).toBe("INVALID_SNAPSHOT");
  });

  test("altered in any byte", async () => {
    const random = randomNumbers(2);
    for (let i = 0; i < 30; i++) {
      const bytes = whole.slice();
      const at = i < 10 ? i * 5 : random(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << random(8));
      expect(await imported(bytes)).toMatch(/^INVALID_(CAR|SNAPSHOT)$/);
    }
  });

  test.each([1, 50, 4096])("with %i bytes more than it should have", async (count) => {
    const bytes = new Uint8Array(whole.length + count);
    bytes.set(whole);
    expect(await imported(bytes)).toBe("INVALID_CAR");
  });
});
