import { describe, expect, test } from "vitest";
import { pieces, without } from "../../../src/chain/sync/plan.js";

const range = (from: number, to: number) => ({ from, to });

describe("what is left of a range", () => {
  test.each([
    ["nothing known", [], [range(10, 20)]],
    ["its beginning known", [range(0, 14)], [range(15, 20)]],
    ["its end known", [range(14, 30)], [range(10, 13)]],
    ["its middle known", [range(14, 15)], [range(10, 13), range(16, 20)]],
    ["several parts known", [range(18, 25), range(12, 12), range(0, 10)], [range(11, 11), range(13, 17)]],
    ["other epochs known", [range(0, 9), range(21, 30)], [range(10, 20)]],
    ["all known", [range(10, 20)], []],
  ])("with %s", (_, known, left) => expect(without(range(10, 20), known)).toEqual(left));
});

describe("pieces of a range", () => {
  const all = [range(0, 10_000)];

  test("are as many as keep all threads at work, and cover it", () => {
    const made = pieces(range(0, 9_999), all, 2);
    expect(made).toHaveLength(16);
    expect(made[0]?.from).toBe(0);
    expect(made.at(-1)?.to).toBe(9_999);
    for (const [i, piece] of made.entries()) if (i > 0) expect(piece.from).toBe((made[i - 1]?.to ?? 0) + 1);
  });
  test("are not shorter than is worth while", () => {
    expect(pieces(range(0, 99), all, 8).map(({ from }) => from)).toEqual([0, 32, 64, 96]);
  });
  test("begin where states are", () => {
    expect(pieces(range(0, 99), [range(0, 0), range(60, 70)], 8)).toEqual([range(0, 63), range(64, 99)]);
    expect(pieces(range(0, 99), [range(0, 0)], 8)).toEqual([range(0, 99)]);
  });
});
