import { describe, expect, test } from "vitest";
import type { Milligas } from "../../../src/message/gas.js";
import { Fatal, OUT_OF_GAS } from "../../../src/message/outcome.js";
import { CONTROL_BYTES, Word } from "../../../src/native/addon.js";
import type { GasCharge } from "../../../src/vm/gas/charges.js";
import { GasCheckpoint, GasTracker } from "../../../src/vm/gas/tracker.js";

const MAX_LIMIT = 2n ** 63n - 1n;

function charge(gas: GasTracker, compute: Milligas): void {
  gas.apply({ name: "any", compute, other: 0 });
}

/** What was thrown, which is not an Error. */
function thrown(action: () => void): unknown {
  try {
    action();
  } catch (outcome) {
    return outcome;
  }
  return undefined;
}

describe("a tracker", () => {
  test("takes a charge that fits exactly", () => {
    const gas = new GasTracker(20);
    charge(gas, 15_000);
    charge(gas, 5_000);
    expect([gas.used, gas.available(), gas.gasUsed()]).toEqual([20_000, 0, 20]);
  });

  test("uses everything up on a charge that does not fit", () => {
    const gas = new GasTracker(20);
    charge(gas, 15_000);
    expect(thrown(() => charge(gas, 5_001))).toBe(OUT_OF_GAS);
    expect([gas.used, gas.available(), gas.gasUsed()]).toEqual([20_000, 0, 20]);
  });

  test("adds both halves of a charge", () => {
    const gas = new GasTracker(20);
    gas.apply({ name: "a", compute: 1_000, other: 2_500 });
    expect([gas.used, gas.gasUsed()]).toEqual([3_500, 4]);
  });

  test.each([
    ["nothing", 0, 0],
    ["a milligas", 1, 1],
    ["just below", 999, 1],
    ["a gas", 1_000, 1],
    ["just above", 1_001, 2],
    ["the most that is exact", Number.MAX_SAFE_INTEGER, 9_007_199_254_741],
    ["beyond", 2n ** 60n, 2n ** 60n / 1000n + 1n],
  ] as const)("rounds gas used up: %s", (_case, used, gasUsed) => {
    const gas = new GasTracker(MAX_LIMIT);
    charge(gas, used);
    expect(BigInt(gas.gasUsed())).toBe(BigInt(gasUsed));
  });

  test.each([
    ["exact", 9_007_199_254_740, 9_007_199_254_740_000],
    ["beyond a number", 9_007_199_254_741, 9_007_199_254_741_000n],
    ["of implicit messages", 4_611_686_018_427_387_903n, MAX_LIMIT],
    ["below the maximum", 9_223_372_036_854_775n, 9_223_372_036_854_775_000n],
    ["above the maximum", 9_223_372_036_854_776n, MAX_LIMIT],
    ["of 64 bits", 2n ** 64n - 1n, MAX_LIMIT],
  ] as const)("limit %s", (_case, gasLimit, limit) => {
    expect(new GasTracker(gasLimit).limit).toBe(limit);
  });

  test("is exact near the greatest limit", () => {
    const gas = new GasTracker(MAX_LIMIT);
    charge(gas, Number.MAX_SAFE_INTEGER);
    charge(gas, 2);
    expect(gas.used).toBe(2n ** 53n + 1n);
    charge(gas, MAX_LIMIT - 2n ** 53n - 1n);
    expect(gas.available()).toBe(0);
    expect(thrown(() => charge(gas, 1))).toBe(OUT_OF_GAS);
  });

  test("saturates charges at 64 bits", () => {
    const gas = new GasTracker(10);
    const huge = { name: "a", compute: 1, other: 2n ** 64n - 1n };
    expect(thrown(() => gas.apply(huge))).toBe(OUT_OF_GAS);
    expect(gas.used).toBe(10_000);
  });
});

describe("a limited send", () => {
  test("counts from 0 and adds to what was used", () => {
    const gas = new GasTracker(100);
    charge(gas, 30_000);
    gas.pushLimit(50_000);
    expect([gas.limit, gas.used]).toEqual([50_000, 0]);
    charge(gas, 20_000);
    gas.popLimit();
    expect([gas.limit, gas.used]).toEqual([100_000, 50_000]);
  });

  test("gets no more than is left", () => {
    const gas = new GasTracker(100);
    charge(gas, 60_000);
    gas.pushLimit(2n ** 64n - 1n);
    expect(gas.limit).toBe(40_000);
  });

  test("that runs out leaves the rest to the caller", () => {
    const gas = new GasTracker(100);
    gas.pushLimit(10_000);
    expect(thrown(() => charge(gas, 10_001))).toBe(OUT_OF_GAS);
    gas.popLimit();
    expect([gas.used, gas.available()]).toEqual([10_000, 90_000]);
  });

  test("may be nested, and may stay", () => {
    const gas = new GasTracker(100);
    gas.pushLimit(80_000);
    gas.pushLimit(50_000);
    charge(gas, 5_000);
    // The inner send ends without a pop: the pop of the outer one restores the window in between.
    gas.popLimit();
    expect([gas.limit, gas.used, gas.gasUsed()]).toEqual([80_000, 5_000, 5]);
  });

  test("that was not pushed cannot be popped", () => {
    expect(thrown(() => new GasTracker(1).popLimit())).toBeInstanceOf(Fatal);
  });
});

describe("signed gas, up to network version 17", () => {
  test("a refund makes gas available again", () => {
    const gas = new GasTracker(100, { signed: true });
    charge(gas, 60_000);
    charge(gas, -98_800_000);
    expect([gas.used, gas.available(), gas.gasUsed()]).toEqual([-98_740_000, 98_840_000, 0]);
  });

  test("saturates at both ends", () => {
    const gas = new GasTracker(100, { signed: true });
    charge(gas, -(2n ** 63n));
    charge(gas, -(2n ** 63n));
    expect(gas.used).toBe(-(2n ** 63n));
    expect(gas.available()).toBe(MAX_LIMIT);
  });

  test.each([-1, -4_294_967_296, -(2 ** 40) - 5, -(2n ** 60n) - 1n])("crosses the seam: %s", (used) => {
    const words = new Uint32Array(CONTROL_BYTES / 4);
    const gas = new GasTracker(100, { signed: true });
    charge(gas, used);
    gas.store(words);
    const other = new GasTracker(100, { signed: true });
    other.load(words);
    expect(other.used).toBe(used);
  });
});

describe("the control block", () => {
  test.each([
    [0, 100],
    [4_294_967_295, 2 ** 40],
    [4_294_967_296, 2 ** 42],
    [Number.MAX_SAFE_INTEGER, MAX_LIMIT],
    [2n ** 53n, MAX_LIMIT],
    [2n ** 62n + 7n, MAX_LIMIT],
  ] as const)("takes %s of %s", (used, limit) => {
    const words = new Uint32Array(CONTROL_BYTES / 4);
    const gas = new GasTracker(limit);
    charge(gas, used);
    gas.store(words);
    expect(wordsAt(words, Word.GAS_USED)).toBe(BigInt(used));
    expect(wordsAt(words, Word.GAS_LIMIT)).toBe(BigInt(gas.limit));
    const other = new GasTracker(limit);
    other.load(words);
    expect(other.used).toBe(used);
  });
});

test("a checkpoint takes windows back, opened and closed ones", () => {
  const gas = new GasTracker(100);
  gas.pushLimit(50_000);
  charge(gas, 1_000);
  const checkpoint = new GasCheckpoint();
  gas.save(checkpoint);
  charge(gas, 1_000);
  gas.popLimit();
  gas.restore(checkpoint);
  gas.pushLimit(10_000);
  gas.restore(checkpoint);
  expect([gas.limit, gas.used]).toEqual([50_000, 1_000]);
  gas.popLimit();
  expect([gas.limit, gas.used]).toEqual([100_000, 1_000]);
});

test("records charges, the one that does not fit included", () => {
  const recorded: GasCharge[] = [];
  const gas = new GasTracker(1, { record: (charge) => recorded.push(charge) });
  gas.apply({ name: "OnActorLookup", compute: 0, other: 300 });
  gas.note({ name: "OnSelfBalance", compute: 0, other: 0 });
  thrown(() => gas.apply({ name: "mine", compute: 701, other: 0 }));
  expect(recorded).toEqual([
    { name: "OnActorLookup", compute: 0, other: 300 },
    { name: "OnSelfBalance", compute: 0, other: 0 },
    { name: "mine", compute: 701, other: 0 },
  ]);
});

function wordsAt(words: Uint32Array, at: number): bigint {
  return BigInt(words[at] ?? 0) | (BigInt(words[at + 1] ?? 0) << 32n);
}
