/** Caches and shares of blocks on several threads. Runs the built package in the others. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { attachCache, BlockCache, cacheParts, shareCache } from "../../src/blockstore/block-cache.js";
import { RAW } from "../../src/encoding/codecs.js";
import { native } from "../../src/native/index.js";
import { collectGarbage } from "../support/garbage.js";
import { answerOf } from "../support/guests.js";

const fixture = new URL("fixtures/share-worker.mjs", import.meta.url);
const THREADS = 3;
const LAYERS = 400;
const BLOCKS_PER_LAYER = 5;

const start = (workerData: object) => new Worker(fixture, { workerData });
const blockOf = (number: number) => new Uint8Array(new Uint32Array([number, 0x600d]).buffer);

describe("a share", () => {
  test("is the same in this thread by its number", () => {
    const share = native.blockShare();
    const same = native.blockShareOf(share.id);
    expect(same?.id).toBe(share.id);
    const [one, other] = [native.blocks(), native.blocks()];
    one.share(share, true);
    other.share(same as typeof share, true);
    one.beginLayer(false);
    const cid = one.put(RAW, blockOf(0));
    one.publishLayer(0);
    expect(other.get(cid)).toEqual(blockOf(0));
    expect(native.blockShare().id).not.toBe(share.id);
    expect(native.blockShareOf(2 ** 50)).toBeUndefined();
  });

  test("takes layers of several threads while another one joins them", async () => {
    const share = native.blockShare();
    const main = native.blocks(native.blockCache(0));
    main.share(share, false);
    const workers = Array.from({ length: THREADS }, (_, thread) =>
      start({
        task: "publish",
        id: share.id,
        from: thread * LAYERS,
        layers: LAYERS,
        blocksPerLayer: BLOCKS_PER_LAYER,
      }),
    );
    const answers = Promise.all(workers.map(answerOf));
    let running = true;
    const ended = answers.finally(() => {
      running = false;
    });
    const waiting = new Set(Array.from({ length: THREADS * LAYERS }, (_, layer) => layer));
    const joinAll = () => {
      for (const layer of waiting) if (main.joinLayer(layer)) waiting.delete(layer);
    };
    while (running) {
      joinAll();
      await new Promise(setImmediate);
    }
    expect(await ended).toEqual(Array(THREADS).fill(LAYERS));
    joinAll();
    expect(waiting.size).toBe(0);
    expect(main.size).toBe(THREADS * LAYERS * BLOCKS_PER_LAYER);
    for (let number = 0; number < main.size; number++) {
      expect(main.get(native.cidOf(RAW, blockOf(number)))).toEqual(blockOf(number));
    }
  });

  test("outlives threads that end while they use it", async () => {
    const share = native.blockShare();
    const main = native.blocks(native.blockCache(0));
    main.share(share, false);
    for (let round = 0; round < 4; round++) {
      const workers = [0, 1].map(() => start({ task: "churn", id: share.id, from: 0, blocksPerLayer: 5 }));
      await Promise.all(workers.map(answerOf));
      while (!main.joinLayer(0)) await new Promise(setImmediate);
      await Promise.all(workers.map((worker) => worker.terminate()));
      share.clear();
    }
    expect(main.joinLayer(0)).toBe(false);
  });

  test("goes with the last object and buffer that has it", async () => {
    /** Its number, and a buffer that has it. */
    function made() {
      const share = native.blockShare();
      const blocks = native.blocks();
      blocks.share(share, true);
      return { id: share.id, blocks };
    }
    const { id, blocks } = made();
    await collectGarbage();
    expect(await answerOf(start({ task: "attach", id }))).toBe(true);
    blocks.clear();
    await collectGarbage();
    expect(native.blockShareOf(id)).toBeUndefined();
    expect(await answerOf(start({ task: "attach", id }))).toBe(false);
  });
});

describe("a cache", () => {
  test("is shared with a thread by its number, and stays when that ends", async () => {
    const cache = BlockCache.create(1000);
    const worker = start({ task: "cache", id: shareCache(cache) });
    const over = once(worker, "exit");
    expect(await answerOf(worker)).toBe(8);
    await over;
    expect(cache.bytes).toBe(8);
    expect(
      cacheParts(cache)
        .newBuffer()
        .get(native.cidOf(RAW, blockOf(1))),
    ).toEqual(blockOf(1));
  });

  test("answers threads that read and fill it while its limit changes", async () => {
    const cache = BlockCache.create(1000);
    const steps = 20_000;
    const workers = [7, 11, 13].map((from) =>
      start({ task: "fill", id: shareCache(cache), from, layers: steps, blocksPerLayer: 100 }),
    );
    let running = true;
    const answers = Promise.all(workers.map(answerOf)).finally(() => {
      running = false;
    });
    for (let turn = 0; running; turn++) {
      cache.maxBytes = 600 + 8 * (turn % 50);
      if (turn % 64 === 0) cache.clear();
      await new Promise(setImmediate);
    }
    for (const found of await answers) expect(found).toBeGreaterThan(0);
    expect(cache.bytes).toBeLessThanOrEqual(cache.maxBytes);
  });

  test("is the same in this thread, with decoded values of its own unless it is the shared one", () => {
    const cache = BlockCache.create(1000);
    const same = attachCache(shareCache(cache)) as BlockCache;
    same.maxBytes = 2000;
    expect(cache.maxBytes).toBe(2000);
    expect(cacheParts(same).decoded).not.toBe(cacheParts(cache).decoded);
    expect(attachCache(shareCache(BlockCache.shared))).toBe(BlockCache.shared);
  });

  test("that is gone is in no thread", async () => {
    const id = shareCache(BlockCache.create(1000));
    await collectGarbage();
    expect(attachCache(id)).toBeUndefined();
    expect(await answerOf(start({ task: "cache", id }))).toBeUndefined();
  });
});
