/** The arithmetic of the growth benchmark, and that its large states are those that insertion makes. */
import { describe, expect, test } from "vitest";
import { accountAddress } from "../../bench/growth/add-accounts.js";
import { bigState, Overlay } from "../../bench/growth/big-state.js";
import { bulkHamt } from "../../bench/growth/bulk-hamt.js";
import { decades, growthChart, linearTicks } from "../../bench/growth/chart.js";
import type { Curve, Law } from "../../bench/growth/curve.js";
import { fitCurve } from "../../bench/growth/fit.js";
import { powersOfTen } from "../../bench/growth/state-size.js";
import { sectionText, verdict } from "../../bench/growth/table.js";
import { NETWORK } from "../../bench/micro/network.js";
import { spreadOf } from "../../bench/statistics.js";
import { Blocks } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { encodeCborLatin1 } from "../../src/ipld/cbor.js";
import { Hamt } from "../../src/ipld/hamt.js";
import { native } from "../../src/native/index.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { idCodec } from "../../src/vm/state-tree/init-actor.js";

const SIZES = [1_000, 10_000, 100_000];

function curve(law: Law, time: (size: number) => number, work?: (size: number) => number): Curve {
  const points = SIZES.map((size) => ({
    size,
    ns: spreadOf([time(size)]),
    ...(work && { work: work(size) }),
  }));
  return { name: "c", law, counts: "median", points };
}

describe("a fit", () => {
  test.each<[Law, (size: number) => number, base: number, slope: number]>([
    ["flat", () => 7, 7, 0],
    ["logarithmic", (size) => 5 + 2 * Math.log10(size), 5, 2],
    ["linear", (size) => 50 + 3 * size, 50, 3],
  ])("of what is %s", (law, time, base, slope) => {
    const fit = fitCurve(curve(law, time));
    expect(fit.base).toBeCloseTo(base);
    expect(fit.slope).toBeCloseTo(slope);
    expect(fit.deviation).toBeCloseTo(0);
    expect(fit.isWorse).toBe(false);
  });

  test("by the work that is counted", () => {
    const bytes = (size: number) => (size > 1_000 ? 300 : 100);
    const fit = fitCurve(curve("work", (size) => 10 + 2 * bytes(size), bytes));
    expect(fit).toMatchObject({ lawRatio: 3, isWorse: false });
    expect(fit.slope).toBeCloseTo(2);
    expect(() => fitCurve(curve("work", () => 1))).toThrow("without its work");
  });

  test.each<[Law, (size: number) => number]>([
    ["flat", Math.log2],
    ["logarithmic", Math.sqrt],
    ["linear", (size) => size ** 1.5],
  ])("finds what is worse than %s, and where", (law, time) => {
    const worse = curve(law, time);
    expect(fitCurve(worse)).toMatchObject({ isWorse: true, excess: { from: 1_000, to: 100_000 } });
    expect(verdict(worse)).toMatch(/WORSE: ×[0-9.]+ beyond that from 1,000 to 100,000/);
    expect(fitCurve({ ...worse, tolerance: 1_000 }).isWorse).toBe(false);
  });
});

describe("a HAMT built in bulk", () => {
  const put = (codec: number, data: Uint8Array) => native.cidOf(codec, data);

  test.each([0, 1, 3, 4, 100, 5_000])("of %i entries is the one that insertion makes", (count) => {
    const blocks = new Blocks(native.blocks(), new MemoryBlockstore());
    const inserted = Hamt.empty(blocks, idCodec);
    for (let index = 0; index < count; index++) inserted.set(accountAddress(index), index);
    const encoded = (index: number) => encodeCborLatin1(idCodec, index);
    expect(bulkHamt({ count, key: accountAddress, encoded }, put)).toBe(inserted.flush());
  });

  test("has keys that differ", () => {
    expect(() => bulkHamt({ count: 4, key: () => "k", encoded: () => "\x01" }, put)).toThrow("equal hashes");
  });
});

test("a large state is one that machines run on", async () => {
  const { blockstore, stateRoot } = await bigState(1_000);
  const size = blockstore.size;
  const store = new Overlay(blockstore);
  const machine = await Machine.create({
    network: NETWORK,
    stateRoot,
    blockstore: store,
    epoch: 1,
    codeCache: false,
  });
  expect(await machine.resolveAddress(accountAddress(0))).toBe(1_000);
  expect(await machine.resolveAddress(accountAddress(999))).toBe(1_999);
  expect(await machine.resolveAddress(accountAddress(1_000))).toBeUndefined();
  const message = {
    version: 0,
    nonce: 0,
    method: 0,
    params: new Uint8Array(),
    gasFeeCap: 0n,
    gasPremium: 0n,
  };
  const [from, to] = [accountAddress(0), accountAddress(999)];
  const { receipt } = await machine.execute({ ...message, from, to, value: 5n, gasLimit: 10_000_000 });
  expect(receipt.exitCode).toBe(0);
  expect(await machine.getActor(to)).toMatchObject({ balance: 10n ** 18n + 5n });
  expect(await machine.flush()).not.toBe(stateRoot);
  expect(store.bytesRead).toBeGreaterThan(0);
  expect(store.bytesWritten).toBeGreaterThan(0);
  expect(blockstore.size).toBe(size);
  machine.close();
});

test("of what is repeated the fastest counts", () => {
  const points = SIZES.map((size) => ({ size, ns: { median: size, min: 7, max: 2 * size } }));
  const repeated: Curve = { name: "c", law: "flat", counts: "min", points };
  expect(fitCurve(repeated)).toMatchObject({ base: 7, ratio: 1, isWorse: false });
  expect(fitCurve({ ...repeated, counts: "median" }).isWorse).toBe(true);
});

test("sizes and axes are round", () => {
  expect(powersOfTen(1_000, 1_000_000)).toEqual([1_000, 10_000, 100_000, 1_000_000]);
  expect(linearTicks([3, 47])).toEqual([0, 10, 20, 30, 40, 50]);
  expect(decades([0.02, 70])).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(decades([10])).toEqual([10, 100]);
});

test("tables and charts show time per unit of what grows linearly", () => {
  const section = {
    name: "s",
    title: "Title",
    sizes: "bytes",
    per: "byte",
    scale: "logarithmic" as const,
    curves: [curve("linear", (size) => 3 * size)],
  };
  expect(sectionText(section).split("\n").slice(0, 3)).toEqual([
    "Title: time per byte",
    "bytes    1,000   10,000  100,000",
    "c      3.00 ns  3.00 ns  3.00 ns",
  ]);
  const picture = growthChart([section], "a <note>");
  expect(picture).toContain(">10.0 ns</text>");
  expect(picture).toContain("a &lt;note>");
  expect(picture.match(/<circle/g)).toHaveLength(3);
  expect(picture).not.toMatch(/NaN|undefined|Infinity/);
});

test("a spread of more samples than a call takes arguments", () => {
  const samples = Array.from({ length: 300_000 }, (_, index) => index);
  expect(spreadOf(samples)).toEqual({ median: 149_999.5, min: 0, max: 299_999 });
});
