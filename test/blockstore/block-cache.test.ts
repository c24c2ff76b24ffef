import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { BlockCache, cacheParts } from "../../src/blockstore/block-cache.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type Cid, cidParts } from "../../src/encoding/cid.js";
import { RAW } from "../../src/encoding/codecs.js";
import { native } from "../../src/native/index.js";
import { TestChain } from "../support/chain.js";
import { cidOf } from "../support/fake-native-blocks.js";
import { TestNet } from "../support/net.js";

const MEBIBYTE = 2 ** 20;

/** Puts a block of so many bytes into the cache, and returns its CID. */
function cached(cache: BlockCache, size: number, byte: number): Cid {
  const data = new Uint8Array(size).fill(byte);
  const cid = cidOf(RAW, data);
  expect(cacheParts(cache).newBuffer().cache(cid, data)).toBe(true);
  return cid;
}

const has = (cache: BlockCache, cid: Cid) => cacheParts(cache).newBuffer().has(cid);

describe("a cache", () => {
  const sharedLimit = BlockCache.shared.maxBytes;
  afterEach(() => {
    BlockCache.shared.maxBytes = sharedLimit;
  });

  test("keeps its blocks to itself", () => {
    const [one, other] = [BlockCache.create(MEBIBYTE), BlockCache.create(MEBIBYTE)];
    const cid = cached(one, 100, 1);
    expect(has(one, cid)).toBe(true);
    expect(has(other, cid)).toBe(false);
    expect(has(BlockCache.shared, cid)).toBe(false);
    expect([one.bytes, other.bytes]).toEqual([100, 0]);
  });

  test("forgets what was used least recently", () => {
    const cache = BlockCache.create(300);
    const [first, second, third] = [1, 2, 3].map((byte) => cached(cache, 100, byte)) as [Cid, Cid, Cid];
    expect(has(cache, first)).toBe(true);
    const fourth = cached(cache, 100, 4);
    expect([first, second, third, fourth].map((cid) => has(cache, cid))).toEqual([true, false, true, true]);
    expect(cache.bytes).toBe(300);
  });

  test("obeys a new limit at once", () => {
    const cache = BlockCache.create(MEBIBYTE);
    cached(cache, 100, 1);
    const kept = cached(cache, 100, 2);
    cache.maxBytes = 150;
    expect([cache.maxBytes, cache.bytes, has(cache, kept)]).toEqual([150, 100, true]);
  });

  test("is empty after clear, and works on", () => {
    const cache = BlockCache.create(MEBIBYTE);
    const cid = cached(cache, 100, 1);
    cache.clear();
    expect([cache.bytes, cache.maxBytes, has(cache, cid)]).toEqual([0, MEBIBYTE, false]);
    cached(cache, 100, 1);
    expect(has(cache, cid)).toBe(true);
  });

  test("is the process's if it is the shared one", () => {
    expect(BlockCache.shared).toBe(BlockCache.shared);
    expect(sharedLimit).toBe(256 * MEBIBYTE);
    const cid = cached(BlockCache.shared, 100, 5);
    expect(native.blocks().has(cid)).toBe(true);
    BlockCache.shared.maxBytes = 0;
    expect(native.blocks().has(cid)).toBe(false);
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 53])("of %d bytes is none", (maxBytes) => {
    const refused = expect.objectContaining({ name: "FvmError", code: "INVALID_OPTION" });
    expect(() => BlockCache.create(maxBytes)).toThrow(refused);
    expect(() => {
      BlockCache.shared.maxBytes = maxBytes;
    }).toThrow(refused);
  });

  test("is checked by the addon", () => {
    expect(() => native.blocks({} as never)).toThrow(TypeError);
    expect(() => native.blockCache("1" as never)).toThrow(TypeError);
  });
});

describe("machines", () => {
  let net: TestNet;
  beforeAll(async () => {
    net = await TestNet.create();
  });

  /** Has the code of all actors, which machines ask for without keeping it. */
  const stateless = () =>
    new MemoryBlockstore([...net.store].filter(({ cid }) => cidParts(cid).codec === RAW));

  /** Runs an actor on a full store, then on one without any state. */
  async function statelessAfterFull(full: BlockCache, empty: BlockCache): Promise<number> {
    for (const [blockCache, blockstore] of [
      [full, net.store],
      [empty, stateless()],
    ] as const) {
      const chain = await TestChain.on(net, { blockCache, blockstore });
      const { receipt } = await chain.send({ to: net.alice.address, method: 2 });
      chain.close();
      expect(receipt.exitCode).toBe(0);
    }
    return full.bytes;
  }

  test("of one cache know what any of their stores has", async () => {
    const cache = BlockCache.create(64 * MEBIBYTE);
    expect(await statelessAfterFull(cache, cache)).toBeGreaterThan(0);
  });

  test("keep there what they flush, for the next ones", async () => {
    const cache = BlockCache.create(64 * MEBIBYTE);
    const chain = await TestChain.on(net, { blockCache: cache, blockstore: net.store });
    await chain.send({ to: net.alice.address, method: 2 });
    const root = await chain.machine.flush();
    chain.close();
    expect(has(cache, root)).toBe(true);
  });

  test("of two caches do not, decoded nodes of the state tree included", async () => {
    const [one, other] = [BlockCache.create(64 * MEBIBYTE), BlockCache.create(64 * MEBIBYTE)];
    await expect(statelessAfterFull(one, other)).rejects.toMatchObject({
      name: "HostFault",
      code: "BLOCK_NOT_FOUND",
    });
    await statelessAfterFull(one, one);
    one.clear();
    const none = TestChain.on(net, { blockCache: one, blockstore: stateless() });
    await expect(none).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND" });
  });

  test("with a cache that keeps nothing ask their stores each time", async () => {
    const cache = BlockCache.create(0);
    expect(await statelessAfterFull(cache, BlockCache.create(0)).catch(({ code }) => code)).toBe(
      "BLOCK_NOT_FOUND",
    );
    expect(cache.bytes).toBe(0);
  });
});
