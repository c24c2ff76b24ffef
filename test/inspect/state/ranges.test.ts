import fc from "fast-check";
import { expect, test } from "vitest";
import { rangesWithout } from "../../../src/inspect/state/ranges.js";

const sets = fc.uniqueArray(fc.nat(60), { maxLength: 40 });

/** Runs of a set of integers. */
function runsOf(set: Iterable<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (const value of [...set].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === value - 1) last[1] = value;
    else runs.push([value, value]);
  }
  return runs;
}

test("runs without others are the runs of what is left", () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const left = a.filter((value) => !b.includes(value));
      const found = rangesWithout(runsOf(a), runsOf(b));
      expect(runsOf(found.flatMap((run) => [...each(run)]))).toEqual(runsOf(left));
      for (const [first, last] of found) expect(first <= last).toBe(true);
    }),
  );
});

function* each([first, last]: readonly [number | bigint, number | bigint]): Generator<number> {
  for (let value = Number(first); value <= last; value++) yield value;
}

test("integers beyond 2^53 count exactly", () => {
  const end = 2n ** 64n - 1n;
  expect(rangesWithout([[0, end]], [[2n ** 60n, 2n ** 60n]])).toEqual([
    [0, 2n ** 60n - 1n],
    [2n ** 60n + 1n, end],
  ]);
  expect(rangesWithout([[0, end]], [[0, end]])).toEqual([]);
});
