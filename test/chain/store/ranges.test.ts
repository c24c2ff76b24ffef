import { describe, expect, test } from "vitest";
import { type EpochRange, rangesWithin, withRange } from "../../../src/chain/store/ranges.js";

const range = (from: number, to: number): EpochRange => ({ from, to });

describe("a further range", () => {
  test.each([
    ["the first", [], range(3, 5), [range(3, 5)]],
    ["apart", [range(0, 0), range(9, 9)], range(3, 5), [range(0, 0), range(3, 5), range(9, 9)]],
    ["that touches", [range(0, 2)], range(3, 5), [range(0, 5)]],
    ["that overlaps", [range(0, 4)], range(3, 5), [range(0, 5)]],
    ["between two", [range(0, 2), range(6, 8)], range(3, 5), [range(0, 8)]],
    ["within another", [range(0, 9)], range(3, 5), [range(0, 9)]],
    ["around another", [range(4, 4)], range(3, 5), [range(3, 5)]],
  ])("%s", (_, ranges, added, expected) => {
    expect(withRange(ranges, added)).toEqual(expected);
  });
});

test("what lies within others", () => {
  const ranges = [range(0, 2), range(4, 6), range(8, 9)];
  expect(rangesWithin(ranges, range(2, 8))).toEqual([range(2, 2), range(4, 6), range(8, 8)]);
  expect(rangesWithin(ranges, range(0, -1))).toEqual([]);
});
