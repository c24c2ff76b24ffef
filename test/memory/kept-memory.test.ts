/** Memory that is kept is counted, bounded, and given back. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlockCache, cacheParts } from "../../src/blockstore/block-cache.js";
import type { Cid } from "../../src/encoding/cid.js";
import { RAW } from "../../src/encoding/codecs.js";
import { sharedDecodedBlocks } from "../../src/ipld/decoded-blocks.js";
import { limitMemory, memoryUsage, trimMemory, usableBytes } from "../../src/memory/kept-memory.js";
import { TestChain } from "../support/chain.js";
import { cidOf } from "../support/fake-native-blocks.js";
import { TestNet } from "../support/net.js";

const MEBIBYTE = 2 ** 20;
const decoder = { decode: () => 0 };

const bytesOf = (name: string) => memoryUsage().kept.find((kept) => kept.name === name)?.bytes;

/** Decodes blocks of so many bytes of heap, each another one. */
let decoded = 0;
function decode(bytes: number): void {
  const values = sharedDecodedBlocks.values(decoder);
  for (let taken = 0; taken < bytes; taken += MEBIBYTE)
    values.set(`block ${decoded++}` as Cid, 0, MEBIBYTE / 3);
}

let cached = 0;
function cacheBlocks(mebibytes: number): void {
  const buffer = cacheParts(BlockCache.shared).newBuffer();
  for (let number = 0; number < mebibytes; number++) {
    const data = new Uint8Array(MEBIBYTE);
    new DataView(data.buffer).setUint32(0, cached++);
    expect(buffer.cache(cidOf(RAW, data), data)).toBe(true);
  }
}

beforeEach(() => void trimMemory());
afterEach(() => limitMemory(Math.floor(usableBytes() / 4)));

describe("usage", () => {
  test("names each thing that is kept once, with a reason", () => {
    const { kept } = memoryUsage();
    expect(kept.map(({ name, scope }) => [name, scope])).toEqual([
      ["blocks", "process"],
      ["decoded", "thread"],
      ["code", "process"],
      ["memories", "process"],
      ["stacks", "process"],
    ]);
    for (const { why } of kept) expect(why.length).toBeGreaterThan(20);
  });

  test("begins with a quarter of what the process may use as a bound", () => {
    expect(memoryUsage().maxBytes).toBe(Math.floor(usableBytes() / 4));
  });

  test("counts blocks and decoded values to the byte", () => {
    cacheBlocks(3);
    decode(2 * MEBIBYTE);
    const { kept, bytes } = memoryUsage();
    expect(kept.slice(0, 2).map(({ bytes }) => bytes)).toEqual([3 * MEBIBYTE, 2 * MEBIBYTE]);
    expect(bytes).toBe(kept.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  test("counts what a message that runs code leaves, and all but code goes", async () => {
    const net = await TestNet.create();
    const call = async () => {
      const chain = await TestChain.on(net);
      const { receipt, invocations } = chain.machine.executeSync(
        chain.message({ to: net.id("emitter"), method: 2 }),
      );
      chain.machine.close();
      expect(invocations).toBe(1);
      return receipt;
    };
    const receipt = await call();
    const left = memoryUsage();
    for (const { name, bytes } of left.kept) expect(bytes, name).toBeGreaterThan(0);
    expect(trimMemory()).toBeGreaterThan(0);
    const { kept } = memoryUsage();
    expect(kept.filter(({ bytes }) => bytes > 0).map(({ name }) => name)).toEqual(["code"]);
    expect(bytesOf("code")).toBe(left.kept.find(({ name }) => name === "code")?.bytes);
    expect(await call()).toEqual(receipt);
  });
});

describe("the bound in common", () => {
  test("holds for blocks at once", () => {
    cacheBlocks(8);
    limitMemory(5 * MEBIBYTE);
    expect([memoryUsage().maxBytes, bytesOf("blocks")]).toEqual([5 * MEBIBYTE, 5 * MEBIBYTE]);
    cacheBlocks(8);
    expect(bytesOf("blocks")).toBe(5 * MEBIBYTE);
  });

  test("gives decoded values half, and blocks what they leave", () => {
    limitMemory(16 * MEBIBYTE);
    cacheBlocks(16);
    decode(64 * MEBIBYTE);
    const values = bytesOf("decoded") as number;
    expect(values).toBeGreaterThan(3 * MEBIBYTE);
    expect(values).toBeLessThanOrEqual(8 * MEBIBYTE);
    cacheBlocks(16);
    expect(bytesOf("blocks")).toBeGreaterThan(0);
    expect(memoryUsage().bytes - (bytesOf("code") as number)).toBeLessThanOrEqual(17 * MEBIBYTE);
  });

  test("holds for bounds of none", () => {
    limitMemory(0);
    cacheBlocks(1);
    decode(4 * MEBIBYTE);
    expect([bytesOf("blocks"), (bytesOf("decoded") as number) <= MEBIBYTE]).toEqual([0, true]);
  });

  test.each([-1, 0.5, Number.NaN, "1", undefined])("is not %s", (bytes) => {
    expect(() => limitMemory(bytes as number)).toThrow("INVALID_OPTION");
  });

  test("leaves caches of one's own alone", () => {
    const own = BlockCache.create(8 * MEBIBYTE);
    limitMemory(0);
    const data = Uint8Array.of(1);
    cacheParts(own).newBuffer().cache(cidOf(RAW, data), data);
    expect(own.bytes).toBe(1);
  });
});
