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

test("the whole one is right", async () => {
  expect(await imported(whole)).toBeUndefined();
});

test("cut off between two blocks, it is refused, or said to have what it has", async () => {
  const { roots, blocks } = readCar(whole);
  const codes = new Set<string | undefined>();
  for (let count = 0; count < blocks.length; count++) {
    codes.add(await imported(writeCar({ roots, blocks: blocks.slice(0, count) })));
  }
  expect(codes).toEqual(new Set(["INVALID_SNAPSHOT", undefined]));
});

describe("refused, with nothing lost:", () => {
  test("cut off within a block", async () => {
    const random = randomNumbers(1);
    const ends = new Set<number>([0]);
    let end = whole.length;
    for (const { data } of readCar(whole).blocks) ends.add(data.byteOffset - whole.byteOffset + data.length);
    for (let i = 0; i < 15; i++) {
      do end = random(whole.length);
      while (ends.has(end));
      expect(await imported(whole.subarray(0, end))).toBe("INVALID_CAR");
    }
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
