import { describe, expect, test } from "vitest";
import { readBlocks, writeBlocks } from "../../src/blockstore/access.js";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { Amt, CHAIN_AMT } from "../../src/ipld/amt.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { tokenCodec } from "../../src/message/token.js";

const store = new MemoryBlockstore();
const SIZE = 500;
const keys = Array.from({ length: SIZE }, (_, i) => `key ${i}`);
const map = await writeBlocks(store, (blocks) => {
  const hamt = Hamt.empty(blocks, tokenCodec);
  for (const [i, key] of keys.entries()) hamt.set(key, BigInt(i));
  return hamt.flush();
});
const array = await writeBlocks(store, (blocks) => {
  const amt = Amt.empty(blocks, tokenCodec, CHAIN_AMT);
  for (let i = 0; i < SIZE; i++) amt.set(i, BigInt(i));
  return amt.flush();
});

const stores: Record<string, Blockstore> = {
  "at once": store,
  later: { get: async (cid) => store.get(cid), putMany: async (blocks) => store.putMany(blocks) },
};
const fresh = () => ({ blockCache: BlockCache.create(1 << 20) });

describe.each(Object.entries(stores))("a store that answers %s", (_, from) => {
  test("one value of a HAMT, and all", async () => {
    const one = await readBlocks(from, (blocks) => Hamt.load(blocks, map, tokenCodec).get("key 7"), fresh());
    expect(one).toBe(7n);
    const all = await readBlocks(
      from,
      (blocks) => [...Hamt.load(blocks, map, tokenCodec).entries()],
      fresh(),
    );
    expect(new Map(all)).toEqual(new Map(keys.map((key, i) => [key, BigInt(i)])));
  });

  test("values of an AMT", async () => {
    const read = await readBlocks(
      from,
      (blocks) => [...Amt.load(blocks, array, tokenCodec, CHAIN_AMT).entries()],
      fresh(),
    );
    expect(read).toEqual(keys.map((_, i) => [i, BigInt(i)]));
  });

  test("a change: only new blocks are stored", async () => {
    const before = store.size;
    const changed = await writeBlocks(
      from,
      (blocks) => {
        const hamt = Hamt.load(blocks, map, tokenCodec);
        hamt.set("key 7", 1000n);
        return hamt.flush();
      },
      fresh(),
    );
    expect(store.size - before).toBeLessThan(4);
    expect(await readBlocks(from, (blocks) => Hamt.load(blocks, changed, tokenCodec).get("key 7"))).toBe(
      1000n,
    );
  });
});

test("what goes wrong has a name", async () => {
  const nothing = new MemoryBlockstore();
  const read = (from: Blockstore, signal?: AbortSignal) =>
    readBlocks(from, (blocks) => Hamt.load(blocks, map, tokenCodec).get("key 7"), {
      ...fresh(),
      ...(signal && { signal }),
    });
  await expect(read(nothing)).rejects.toMatchObject({ name: "HostFault", code: "BLOCK_NOT_FOUND" });
  const silent: Blockstore = { get: () => new Promise(() => {}), putMany() {} };
  await expect(read(silent, AbortSignal.timeout(20))).rejects.toMatchObject({ name: "TimeoutError" });
  await expect(read(store, AbortSignal.abort("now"))).rejects.toBe("now");
});

describe("a function that does not keep to the rules", () => {
  const misuse = { name: "FvmError", code: "INVALID_OPTION" };

  test("returns a promise", async () => {
    const later = readBlocks(store, async () => 1, fresh());
    await expect(later).rejects.toMatchObject({ ...misuse, details: { option: "read" } });
    const failing = readBlocks(store, () => Promise.reject(new Error("nobody hears this")), fresh());
    await expect(failing).rejects.toMatchObject({ ...misuse, details: { option: "read" } });
    const written = writeBlocks(store, (async () => map) as never, fresh());
    await expect(written).rejects.toMatchObject({ ...misuse, details: { option: "write" } });
  });

  test("returns no CID to store", async () => {
    const written = writeBlocks(store, (() => undefined) as never, fresh());
    await expect(written).rejects.toMatchObject({ name: "FvmError", code: "INVALID_CID" });
  });

  test("hands its blocks out", async () => {
    const hamt = await readBlocks(store, (blocks) => Hamt.load(blocks, map, tokenCodec), fresh());
    expect(() => [...hamt.entries()]).toThrow("STORE_CLOSED");
    const empty = await readBlocks(store, (blocks) => Hamt.empty(blocks, tokenCodec), fresh());
    empty.set("key", 1n);
    expect(() => empty.flush()).toThrow("STORE_CLOSED");
  });
});
