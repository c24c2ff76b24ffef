import { describe, expect, test } from "vitest";
import { takenBlocks } from "../../src/blockstore/blocks.js";
import type { Cid } from "../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../src/encoding/codecs.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import type { NativeBlockShare, NativeBlocks } from "../../src/native/addon.js";
import { native } from "../../src/native/index.js";
import { cidOf, FakeBlockShare, FakeNativeBlocks } from "../support/fake-native-blocks.js";
import { randomNumbers } from "../support/test-data.js";

const MEBIBYTE = 2 ** 20;
const RUNS = 200;
const STEPS = 120;

interface Parts {
  newShare(): NativeBlockShare;
  newBlocks(): NativeBlocks;
}

const addon: Parts = {
  newShare: () => native.blockShare(),
  newBlocks: () => native.blocks(native.blockCache(MEBIBYTE)),
};
const standIn: Parts = {
  newShare: () => new FakeBlockShare(),
  newBlocks: () => new FakeNativeBlocks(),
};

const dataOf = (byte: number) => Uint8Array.of(0x18, 0x20 + byte);
const cidOfByte = (byte: number) => cidOf(RAW, dataOf(byte));

// The stand-in has to keep the addon's contract.
describe.each([
  ["the addon", addon],
  ["the stand-in", standIn],
])("a share of %s", (_, { newShare, newBlocks }) => {
  /** Two buffers, the first of which borrows, and the second does not. */
  function pair() {
    const share = newShare();
    const [worker, main] = [newBlocks(), newBlocks()];
    worker.share(share, true);
    main.share(share, false);
    return { share, worker, main };
  }

  /** Puts blocks into a layer of their own, and publishes it. */
  function layer(blocks: NativeBlocks, number: number, bytes: readonly number[], forgets = false): Cid[] {
    blocks.beginLayer(forgets);
    const cids = bytes.map((byte) => blocks.put(RAW, dataOf(byte)));
    blocks.publishLayer(number);
    return cids;
  }

  test("shows what is published to those who borrow, and to nobody else", () => {
    const { worker, main } = pair();
    main.beginLayer(false);
    const cid = main.put(RAW, dataOf(1));
    expect(worker.has(cid)).toBe(false);
    main.publishLayer(0);
    expect(worker.get(cid)).toEqual(dataOf(1));
    expect(worker.size).toBe(0);
    const [other] = layer(worker, 1, [2]) as [Cid];
    expect([main.has(other), main.get(other), newBlocks().has(other)]).toEqual([false, undefined, false]);
  });

  test("gives a layer to who joins it, as blocks of its own", () => {
    const { share, worker, main } = pair();
    const cids = layer(worker, 5, [1, 2, 3]);
    expect(main.joinLayer(5)).toBe(true);
    expect(main.joinLayer(5)).toBe(true);
    share.clear();
    worker.clear();
    expect(cids.map((cid) => main.get(cid))).toEqual([dataOf(1), dataOf(2), dataOf(3)]);
    expect(main.size).toBe(3);
    const taken = takenBlocks(main, main.takeAll());
    expect(new Set(taken.map(({ cid }) => cid))).toEqual(new Set(cids));
  });

  test("has no layer that was not published, or was cleared", () => {
    const { share, worker, main } = pair();
    expect(main.joinLayer(0)).toBe(false);
    const [cid] = layer(worker, 0, [1]) as [Cid];
    share.clear();
    expect([main.joinLayer(0), main.size]).toEqual([false, 0]);
    main.share(share, true);
    expect(main.has(cid)).toBe(false);
  });

  test("has the layer that was published last under a number, and the blocks of both", () => {
    const { share, worker, main } = pair();
    const [first] = layer(worker, 7, [1]) as [Cid];
    const [second] = layer(worker, 7, [2], true) as [Cid];
    expect(main.joinLayer(7)).toBe(true);
    expect([main.has(first), main.has(second)]).toEqual([false, true]);
    const third = newBlocks();
    third.share(share, true);
    expect([third.has(first), third.has(second)]).toEqual([true, true]);
  });

  test("keeps a layer from those who lack what it has borrowed", () => {
    const { worker, main } = pair();
    const [below] = layer(worker, 1, [1]) as [Cid];
    worker.beginLayer(true);
    expect(worker.has(below)).toBe(true);
    const above = worker.put(RAW, dataOf(2));
    worker.publishLayer(2);
    expect([main.joinLayer(2), main.has(above), main.size]).toEqual([false, false, 0]);
    expect([main.joinLayer(1), main.joinLayer(2)]).toEqual([true, true]);
    expect([main.has(below), main.has(above)]).toEqual([true, true]);
  });

  test("does not count as having what is borrowed", () => {
    const { share, worker, main } = pair();
    const [below] = layer(worker, 1, [1]) as [Cid];
    layer(worker, 2, [], true);
    worker.get(below);
    worker.publishLayer(2);
    main.share(share, true);
    expect(main.has(below)).toBe(true);
    expect(main.joinLayer(2)).toBe(false);
    expect(main.cache(below, dataOf(1))).toBe(true);
    expect(main.joinLayer(2)).toBe(true);
  });

  test("lends nothing that the buffer or its cache has", () => {
    const { share, worker, main } = pair();
    const [cached, written] = layer(main, 1, [1, 2]) as [Cid, Cid];
    worker.cache(cached, dataOf(1));
    worker.put(RAW, dataOf(2));
    worker.beginLayer(true);
    for (const cid of [cached, written]) expect(worker.has(cid)).toBe(true);
    worker.publishLayer(2);
    const other = newBlocks();
    other.share(share, false);
    expect([other.has(cached), other.has(written), other.joinLayer(2)]).toEqual([false, false, true]);
  });

  test("has in a layer what is written again", () => {
    const { worker, main } = pair();
    worker.put(RAW, dataOf(1));
    worker.cache(cidOfByte(2), dataOf(2));
    const cids = layer(worker, 1, [1, 2]);
    expect(main.joinLayer(1)).toBe(true);
    expect(cids.map((cid) => main.has(cid))).toEqual([true, true]);
  });

  test("is left with layers that go on", () => {
    const { worker, main } = pair();
    const [first] = layer(worker, 1, [1]) as [Cid];
    const second = worker.put(RAW, dataOf(2));
    expect([main.joinLayer(1), main.has(first), main.has(second)]).toEqual([true, true, false]);
    worker.publishLayer(1);
    expect([main.joinLayer(1), main.has(second)]).toEqual([true, true]);
  });

  test("forgets with a new layer what only the last one has written", () => {
    const { share, worker } = pair();
    const before = worker.put(RAW, dataOf(1));
    const [, dropped] = layer(worker, 1, [1, 2], true) as [Cid, Cid];
    expect(worker.size).toBe(2);
    layer(worker, 2, [3], true);
    expect(worker.size).toBe(2);
    share.clear();
    expect([worker.has(before), worker.has(dropped)]).toEqual([true, false]);
    worker.beginLayer(false);
    worker.beginLayer(true);
    expect([worker.size, worker.has(cidOfByte(3))]).toEqual([2, true]);
  });

  test("does not make the buffer forget what it has joined", () => {
    const { worker, main } = pair();
    layer(main, 1, [1]);
    layer(worker, 2, [1]);
    expect(worker.joinLayer(1)).toBe(true);
    worker.beginLayer(true);
    expect(worker.size).toBe(1);
  });

  test("sees no layer any more once blocks are taken, or another share is there", () => {
    const ends: ((blocks: NativeBlocks, share: NativeBlockShare) => void)[] = [
      (blocks) => blocks.takeAll(),
      (blocks) => blocks.takeReachable(cidOfByte(1), "current"),
      (blocks, share) => blocks.share(share, true),
    ];
    for (const end of ends) {
      const { share, worker } = pair();
      worker.beginLayer(false);
      worker.put(RAW, dataOf(1));
      end(worker, share);
      expect(() => worker.publishLayer(1)).toThrow("no layer has begun");
    }
  });

  test("is taken with the blocks of a layer", () => {
    const { worker } = pair();
    worker.beginLayer(false);
    const leaf = worker.put(RAW, dataOf(1));
    const root = worker.put(DAG_CBOR, new CborWriter().array(1).cid(leaf).finish());
    const other = newBlocks();
    other.adopt(worker);
    for (const blocks of [worker, other]) {
      expect(takenBlocks(blocks, blocks.takeReachable(root, "current")).map(({ cid }) => cid)).toEqual([
        root,
        leaf,
      ]);
    }
  });

  test("leaves with clear, as do layers", () => {
    const { worker, main } = pair();
    const [cid] = layer(main, 1, [1]) as [Cid];
    expect(worker.has(cid)).toBe(true);
    worker.clear();
    expect(worker.has(cid)).toBe(false);
    expect(() => worker.beginLayer(false)).toThrow("the blocks have no share");
    expect(() => worker.joinLayer(1)).toThrow("the blocks have no share");
    expect(() => worker.publishLayer(1)).toThrow("no layer has begun");
    main.share(undefined);
    expect(() => main.beginLayer(true)).toThrow("the blocks have no share");
    expect(main.has(cid)).toBe(true);
  });
});

/** Answers of buffers to random calls. */
function answers({ newShare, newBlocks }: Parts, seed: number): unknown[] {
  const roll = randomNumbers(seed);
  const shares = [newShare(), newShare()];
  const all = Array.from({ length: 4 }, newBlocks);
  const byte = () => roll(12);
  const attempt = <T>(act: () => T) => {
    try {
      return act();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const calls: ((blocks: NativeBlocks) => unknown)[] = [
    (blocks) => blocks.put(RAW, dataOf(byte())),
    (blocks) => blocks.put(RAW, dataOf(byte())),
    (blocks) => blocks.get(cidOfByte(byte())),
    (blocks) => blocks.has(cidOfByte(byte())),
    (blocks) => {
      const seen = byte();
      return blocks.cache(cidOfByte(seen), dataOf(seen));
    },
    (blocks) => blocks.beginLayer(roll(2) === 0),
    (blocks) => blocks.beginLayer(roll(2) === 0),
    (blocks) => blocks.publishLayer(roll(6)),
    (blocks) => blocks.publishLayer(roll(6)),
    (blocks) => blocks.joinLayer(roll(6)),
    (blocks) => blocks.joinLayer(roll(6)),
    (blocks) =>
      roll(4) === 0
        ? blocks.share(undefined)
        : blocks.share(shares[roll(2)] as NativeBlockShare, roll(4) > 0),
    (blocks) => roll(3) === 0 && blocks.adopt(all[roll(4)] as NativeBlocks),
    (blocks) => roll(8) === 0 && takenBlocks(blocks, blocks.takeAll()).length,
    (blocks) => roll(6) === 0 && blocks.clear(),
    () => roll(8) === 0 && (shares[roll(2)] as NativeBlockShare).clear(),
  ];
  const found: unknown[] = [];
  for (let step = 0; step < STEPS; step++) {
    const blocks = all[roll(4)] as NativeBlocks;
    found.push(attempt(() => (calls[roll(calls.length)] as (typeof calls)[0])(blocks)));
    found.push(blocks.size);
  }
  for (const blocks of all) {
    for (let seen = 0; seen < 12; seen++) found.push(blocks.has(cidOfByte(seen)));
  }
  return found;
}

test(`${RUNS} random runs of the addon and of the stand-in are alike`, () => {
  let joined = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const found = answers(addon, seed);
    expect(found, `seed ${seed}`).toEqual(answers(standIn, seed));
    joined += found.filter((answer) => answer === true).length;
  }
  expect(joined).toBeGreaterThan(RUNS);
});

describe("HAMTs", () => {
  const entry = new Uint8Array([0x82, 0x41, 7, 0x18, 0x63]);
  const changes = Buffer.from(entry).toString("latin1");
  const key = String.fromCharCode(7);
  const value = Uint8Array.of(0x18, 0x63);

  test("are read and changed on borrowed nodes", () => {
    const share = native.blockShare();
    const [worker, main] = [addon.newBlocks(), addon.newBlocks()];
    worker.share(share, true);
    main.share(share, false);
    main.beginLayer(false);
    // A node without entries.
    const empty = main.put(DAG_CBOR, Uint8Array.of(0x82, 0x40, 0x80));
    expect(worker.hamtLoad(empty)).toEqual({ absent: empty });
    main.publishLayer(1);
    worker.beginLayer(true);
    expect(worker.hamtLoad(empty)).toBe(true);
    const root = worker.hamtChange(empty, changes) as Cid;
    worker.publishLayer(2);
    const target = new Uint8Array(8);
    expect(worker.hamtGet(root, key, target)).toBe(value.length);
    expect(target.subarray(0, value.length)).toEqual(value);
    main.takeAll();
    expect(main.joinLayer(2)).toBe(false);
    expect([main.joinLayer(1), main.joinLayer(2)]).toEqual([true, true]);
    expect(main.hamtGet(root, key, target)).toBe(value.length);
  });
});

describe("the addon", () => {
  test.each<[string, (blocks: NativeBlocks) => void]>([
    ["a share that is none", (blocks) => blocks.share({} as NativeBlockShare, true)],
    ["a share that is a cache", (blocks) => blocks.share(native.blockCache(1) as never, true)],
    ["null as a share", (blocks) => blocks.share(null as never)],
    ["a share without a word", (blocks) => blocks.share(native.blockShare(), undefined as never)],
    ["a word that is none", (blocks) => blocks.beginLayer(0 as never)],
    ["a negative number", (blocks) => blocks.publishLayer(-1)],
    ["a fraction", (blocks) => blocks.joinLayer(0.5)],
    ["a text", (blocks) => blocks.joinLayer("1" as never)],
    ["a number of a share that is none", () => native.blockShareOf("1" as never)],
    ["a number of a cache that is none", () => native.blockCacheOf(-1)],
  ])("refuses %s", (_, act) => {
    expect(() => act(native.blocks())).toThrow(TypeError);
  });
});
