import { describe, expect, test } from "vitest";
import {
  addSat,
  compareU64,
  highWord,
  i64,
  i64FromWords,
  lowWord,
  mulDiv,
  mulSat,
  subSat,
  U64_MAX,
  u64,
  u64FromWords,
  u64ToBigInt,
  u64ToWords,
} from "../../src/util/u64.js";

const MAX_EXACT = Number.MAX_SAFE_INTEGER;

describe("normal form", () => {
  test.each([
    [0n, 0],
    [BigInt(MAX_EXACT), MAX_EXACT],
    [BigInt(MAX_EXACT) + 1n, BigInt(MAX_EXACT) + 1n],
    [7, 7],
    [U64_MAX, U64_MAX],
  ])("u64(%s)", (value, normal) => {
    expect(u64(value)).toBe(normal);
  });

  test.each([
    [-1n, -1],
    [-BigInt(MAX_EXACT), -MAX_EXACT],
    [-BigInt(MAX_EXACT) - 1n, -BigInt(MAX_EXACT) - 1n],
    [-(2n ** 63n), -(2n ** 63n)],
  ])("i64(%s)", (value, normal) => {
    expect(i64(value)).toBe(normal);
  });
});

describe("words", () => {
  test.each([
    0n,
    1n,
    0xffff_ffffn,
    0x1_0000_0000n,
    BigInt(MAX_EXACT),
    BigInt(MAX_EXACT) + 1n,
    2n ** 63n,
    U64_MAX,
  ])("u64 %s", (value) => {
    const [low, high] = u64ToWords(u64(value));
    expect([low, high]).toEqual([Number(value & 0xffff_ffffn), Number(value >> 32n)]);
    expect(u64FromWords(low, high)).toBe(u64(value));
    expect(u64FromWords(low | 0, high | 0)).toBe(u64(value));
    expect(u64ToBigInt(u64(value))).toBe(value);
  });

  test.each([
    -1n,
    -0xffff_ffffn,
    -0x1_0000_0000n,
    -BigInt(MAX_EXACT),
    -BigInt(MAX_EXACT) - 1n,
    -(2n ** 63n),
    2n ** 63n - 1n,
    5n,
  ])("i64 %s", (value) => {
    const unsigned = BigInt.asUintN(64, value);
    const [low, high] = [lowWord(i64(value)), highWord(i64(value))];
    expect([low, high]).toEqual([Number(unsigned & 0xffff_ffffn), Number(unsigned >> 32n)]);
    expect(i64FromWords(low, high)).toBe(i64(value));
  });
});

describe("saturating arithmetic agrees with bigint", () => {
  const values = [
    0n,
    1n,
    2n,
    1000n,
    2n ** 32n,
    BigInt(MAX_EXACT),
    BigInt(MAX_EXACT) + 1n,
    2n ** 63n,
    U64_MAX,
  ];
  const clamp = (value: bigint) => u64(value < 0n ? 0n : value > U64_MAX ? U64_MAX : value);
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));

  test.each(pairs)("%s and %s", (a, b) => {
    expect(addSat(u64(a), u64(b))).toBe(clamp(a + b));
    expect(subSat(u64(a), u64(b))).toBe(clamp(a - b));
    expect(mulSat(u64(a), u64(b))).toBe(clamp(a * b));
    expect(Math.sign(compareU64(u64(a), u64(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
  });
});

describe("mulDiv", () => {
  test.each([
    [3n, 5n, 2n],
    [9n, 9n, 10n],
    [BigInt(MAX_EXACT), 1n, 2n],
    [94_906_265n, 94_906_265n, 94_906_266n],
    [BigInt(MAX_EXACT), 11n, 10n],
    [10_000_000_000n, 1_224_963n, 1_224_964n],
    [U64_MAX, U64_MAX, U64_MAX],
    [U64_MAX, 7n, 8n],
  ])("%s * %s / %s", (a, b, c) => {
    expect(mulDiv(u64(a), u64(b), u64(c))).toBe(u64((a * b) / c));
  });
});
