import { describe, expect, test } from "vitest";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import { LayeredBlockstore } from "../../src/blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { RAW } from "../../src/encoding/codecs.js";
import type { Block } from "../../src/ipld/block-access.js";
import { cidOf } from "../support/fake-native-blocks.js";
import { BrittleStore, SlowStore } from "../support/stores.js";

const blocks: Block[] = Array.from({ length: 20 }, (_, i) => {
  const data = new Uint8Array(100).fill(i);
  return { cid: cidOf(RAW, data), data };
});
const [one, two, three] = blocks as [Block, Block, Block];
const later = (store: Blockstore) => new SlowStore(store, () => new Promise(setImmediate));
/** Until what is kept in the background is there. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("reading", () => {
  test("through the layers in order, at once as long as they answer at once", async () => {
    const last = later(new MemoryBlockstore([three]));
    const store = new LayeredBlockstore([new MemoryBlockstore([one]), new MemoryBlockstore([two]), last]);
    expect(store.get(one.cid)).toEqual(one.data);
    expect(store.get(two.cid)).toEqual(two.data);
    const found = store.get(three.cid);
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toEqual(three.data);
    expect(await store.get(blocks[9]?.cid ?? one.cid)).toBeUndefined();
    expect(last.gets).toBe(2);
  });

  test("layers that answer late, and with null", async () => {
    const absent: Blockstore = { get: () => null, putMany: () => undefined };
    const store = new LayeredBlockstore([
      later(new MemoryBlockstore()),
      absent,
      later(new MemoryBlockstore([one])),
    ]);
    expect(await store.get(one.cid)).toEqual(one.data);
    expect(await store.get(two.cid)).toBeUndefined();
  });

  test("passes the signal on, and what a layer throws", async () => {
    const seen: unknown[] = [];
    const first: Blockstore = {
      get: (_, options) => void seen.push(options?.signal),
      putMany: () => undefined,
    };
    const broken = new BrittleStore(new MemoryBlockstore());
    const store = new LayeredBlockstore([first, broken]);
    const { signal } = new AbortController();
    store.get(one.cid, { signal });
    expect(seen).toEqual([signal]);
    broken.fault = "throws";
    expect(() => store.get(one.cid)).toThrow("disk on fire");
    broken.fault = "rejects";
    await expect(store.get(one.cid)).rejects.toThrow("disk on fire");
  });
});

describe("keeping", () => {
  test("what a later layer has given is asked for once", async () => {
    const first = new MemoryBlockstore();
    const last = later(new MemoryBlockstore(blocks));
    const store = new LayeredBlockstore([first, last]);
    for (let round = 0; round < 3; round++) {
      for (const { cid, data } of blocks) expect(await store.get(cid)).toEqual(data);
    }
    expect(last.gets).toBe(blocks.length);
    await turn();
    expect(first.size).toBe(blocks.length);
  });

  test("also while it is on its way into a slow first layer, many at a time", async () => {
    let puts = 0;
    const kept = new MemoryBlockstore();
    const first: Blockstore = {
      get: (cid) => kept.get(cid),
      putMany: async (some) => {
        puts++;
        await turn();
        kept.putMany(some);
      },
    };
    const last = new BrittleStore(new MemoryBlockstore(blocks));
    const store = new LayeredBlockstore([first, last]);
    for (let round = 0; round < 2; round++)
      for (const { cid, data } of blocks) expect(store.get(cid)).toEqual(data);
    expect(last.gets).toBe(blocks.length);
    await store.close();
    expect(kept.size).toBe(blocks.length);
    expect(puts).toBe(1);
  });

  test("copies: a layer may use its buffer again", async () => {
    const buffer = new Uint8Array(one.data);
    const last: Blockstore = { get: () => buffer, putMany: () => undefined };
    const first = new MemoryBlockstore();
    const store = new LayeredBlockstore([first, last]);
    store.get(one.cid);
    buffer.fill(0xff);
    await store.close();
    expect(first.get(one.cid)).toEqual(one.data);
  });

  test("not, if it is not wanted", async () => {
    const first = new MemoryBlockstore();
    const store = new LayeredBlockstore([first, new MemoryBlockstore(blocks)], { keep: false });
    expect(store.get(one.cid)).toEqual(one.data);
    await store.close();
    expect(first.size).toBe(0);
  });

  test.each(["throws", "rejects"])("that fails fails what is asked next, and goes on: %s", async (how) => {
    const kept = new MemoryBlockstore();
    let isFull = true;
    const first: Blockstore = {
      get: (cid) => kept.get(cid),
      putMany: (some) => {
        if (!isFull) return kept.putMany(some);
        if (how === "throws") throw new Error("disk is full");
        return Promise.reject(new Error("disk is full"));
      },
    };
    const store = new LayeredBlockstore([first, new MemoryBlockstore(blocks)]);
    expect(store.get(one.cid)).toEqual(one.data);
    await turn();
    expect(() => store.get(one.cid)).toThrow("disk is full");
    expect(store.get(one.cid)).toEqual(one.data);
    await turn();
    expect(() => store.putMany([two])).toThrow("disk is full");
    isFull = false;
    expect(store.get(one.cid)).toEqual(one.data);
    await store.close();
    expect(kept.get(one.cid)).toEqual(one.data);
  });

  test("more than memory should hold is waited for", async () => {
    const data = new Uint8Array(40 * 2 ** 20);
    const big = [1, 2, 3].map((i) => ({ cid: cidOf(RAW, data.subarray(i)), data: data.subarray(i) }));
    const kept = new MemoryBlockstore();
    const first: Blockstore = {
      get: (cid) => kept.get(cid),
      putMany: async (some) => void kept.putMany(some),
    };
    const store = new LayeredBlockstore([first, new MemoryBlockstore(big)]);
    const answers = big.map(({ cid }) => store.get(cid));
    expect(answers.map((answer) => answer instanceof Promise)).toEqual([false, true, true]);
    expect((await answers[2])?.length).toBe(big[2]?.data.length);
    expect(kept.size).toBe(3);
  });
});

test("writing goes to the first layer", async () => {
  const [first, second] = [new MemoryBlockstore(), new MemoryBlockstore()];
  await using store = new LayeredBlockstore([first, second]);
  store.putMany([one]);
  expect([first.size, second.size]).toEqual([1, 0]);
  await new LayeredBlockstore([later(first), second]).putMany([two]);
  expect(first.size).toBe(2);
});

test("closing closes the layers once, and ends the use", async () => {
  const closed: string[] = [];
  const layer = (name: string): Blockstore => ({
    get: () => undefined,
    putMany: () => undefined,
    close: () => void closed.push(name),
  });
  const store = new LayeredBlockstore([layer("a"), new MemoryBlockstore(), layer("c")]);
  await Promise.all([store.close(), store.close()]);
  expect(closed).toEqual(["a", "c"]);
  for (const act of [() => store.get(one.cid), () => store.putMany([])])
    expect(act).toThrow(expect.objectContaining({ code: "STORE_CLOSED" }));
});

test.each([[[]], [undefined], [[undefined]], [[new Map()]]])("refused: %o", (layers) => {
  expect(() => new LayeredBlockstore(layers as unknown as Blockstore[])).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION" }),
  );
});
