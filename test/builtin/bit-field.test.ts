import { describe, expect, test } from "vitest";
import { readBitField } from "../../src/builtin/values/bit-field.js";
import { Budget } from "../../src/builtin/values/limits.js";
import { hexBytes } from "../../src/util/bytes.js";
import { randomNumbers } from "../support/test-data.js";

const read = (data: Uint8Array, maxItems = 1_000) => readBitField(data, new Budget({ maxItems }));

/** Writes RLE+, from runs of zeros and ones in turn; the first may be empty, the last is of ones. */
function encode(runs: readonly bigint[]): Uint8Array {
  const startsSet = runs[0] === 0n;
  const bits = [0, 0, startsSet ? 1 : 0];
  const push = (value: bigint, count: number) => {
    for (let i = 0; i < count; i++) bits.push(Number((value >> BigInt(i)) & 1n));
  };
  for (const run of startsSet ? runs.slice(1) : runs) {
    if (run === 1n) push(1n, 1);
    else if (run < 16n) push(2n | (run << 2n), 6);
    else {
      push(0n, 2);
      for (let rest = run; ; rest >>= 7n) {
        push((rest & 0x7fn) | (rest >= 0x80n ? 0x80n : 0n), 8);
        if (rest < 0x80n) break;
      }
    }
  }
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (i & 7));
  return bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
}

describe("a bit field", () => {
  test.each([
    ["", []],
    ["0c", [[0, 0]]],
    ["1401", [[0, 7]]],
    ["c0115920", [[41998, 41998]]],
  ])("%j", (hex, ranges) => expect(read(hexBytes(hex))).toEqual({ ranges, omitted: 0 }));

  test.each([
    ["a zero byte at the end", "0c00"],
    ["another version", "0d"],
    ["a last run of zeros", "08"],
    ["no run though the first bit is set", "04"],
    ["a short run of one", "34"],
    ["a varint without end", "e0ffffffffffffffffffffffff1f"],
  ])("with %s is malformed", (_, hex) => expect(read(hexBytes(hex))).toBe(undefined));

  test("of any runs is read as it was written", () => {
    const random = randomNumbers(1);
    for (let round = 0; round < 200; round++) {
      const runs = Array.from({ length: 2 * (1 + random(20)) }, (_, i) =>
        i === 0 && random(2) === 0 ? 0n : 1n + BigInt(random(2 ** random(24))),
      );
      let at = 0n;
      const ranges = runs.flatMap((run, i) => {
        const start = at;
        at += run;
        return i % 2 === 0 ? [] : [[Number(start), Number(at - 1n)]];
      });
      expect(read(encode(runs))).toEqual({ ranges, omitted: 0 });
    }
  });

  test("goes up to 2^64 - 1 bits", () => {
    expect(read(encode([2n ** 64n - 2n, 1n]))?.ranges).toEqual([[2n ** 64n - 2n, 2n ** 64n - 2n]]);
    expect(read(encode([2n ** 64n - 2n, 2n]))).toBe(undefined);
  });

  test("gives as many runs as the budget allows, and counts the others", () => {
    const data = encode(Array.from({ length: 20 }, () => 1n));
    expect(read(data, 3)).toEqual({
      ranges: [
        [1, 1],
        [3, 3],
        [5, 5],
      ],
      omitted: 7,
    });
  });

  test("of more than 32 KiB is refused", () => {
    const data = new Uint8Array(32 * 1024 + 1).fill(0xff);
    data[0] = 0xfc;
    expect(read(data.subarray(0, -1), 1)?.ranges.length).toBe(1);
    expect(read(data, 1)).toBe(undefined);
  });
});
