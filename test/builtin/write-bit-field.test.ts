import { describe, expect, test } from "vitest";
import { readBitField } from "../../src/builtin/values/bit-field.js";
import { Budget } from "../../src/builtin/values/limits.js";
import { writeBitField } from "../../src/builtin/values/write-bit-field.js";
import { hex } from "../../src/util/bytes.js";
import { randomNumbers } from "../support/test-data.js";

/** Which bits are set, as they are read back; undefined: not in the shortest form. */
function readBack(set: readonly number[]): number[] | undefined {
  return readBitField(writeBitField(set), new Budget({}))?.ranges.flatMap(([first, last]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i),
  );
}

describe("a bit field's bytes", () => {
  test.each([
    [[], ""],
    [[0], "0c"],
    [[0, 1, 2, 3, 4, 5, 6, 7], "1401"],
    [[41998], "c0115920"],
  ])("%j", (set, bytes) => expect(hex(writeBitField(set))).toBe(bytes));

  test("read as what was written", () => {
    const random = randomNumbers(7);
    for (let round = 0; round < 2000; round++) {
      const span = [8, 40, 300, 100_000][round % 4] as number;
      const drawn = Array.from({ length: round % 13 }, () => random(span));
      const set = [...new Set(drawn)].sort((a, b) => a - b);
      expect(readBack(set)).toEqual(set);
    }
  });
});
