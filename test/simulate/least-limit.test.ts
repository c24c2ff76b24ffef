import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leastLimit } from "../../src/simulate/least-limit.js";

const MOST = 10_000_000_000;

/** Limits that the search finds and tries where these are enough. */
function searched(isEnough: (limit: number) => boolean, guess: number, most = MOST) {
  const tried: number[] = [];
  const search = leastLimit(
    async (limit) => {
      tried.push(limit);
      return isEnough(limit);
    },
    most,
    guess,
  );
  return search.then((found) => ({ ...found, limits: tried }));
}

describe("where more is never worse", () => {
  test.each([
    ["a guess that is right", 5000, [5000, 4999]],
    ["a guess one too high", 5001, [5001, 5000, 4999]],
    ["a guess one too low", 4999, [4999, MOST - 1, 5000]],
    ["a guess of the most", MOST, undefined],
  ])("%s", async (_, guess, limits) => {
    const found = await searched((limit) => limit >= 5000, guess);
    expect(found.limit).toBe(5000);
    expect(found.tried).toBe(found.limits.length);
    if (limits !== undefined) expect(found.limits).toEqual(limits);
  });

  test("the least one, whatever the guess", async () => {
    const limits = fc.integer({ min: 1, max: 5000 });
    await fc.assert(
      fc.asyncProperty(limits, limits, limits, async (least, guess, most) => {
        const high = Math.max(least, guess, most);
        const found = await searched((limit) => limit >= least, guess, high);
        expect(found.limit).toBe(least);
        // None twice, and never the most, which is known.
        expect(new Set(found.limits).size).toBe(found.limits.length);
        expect(found.limits.every((limit) => limit > 0 && limit < high)).toBe(true);
      }),
    );
  });

  test("a guess far off costs some seventy steps at most", async () => {
    for (const [least, guess] of [
      [1, MOST],
      [MOST - 5, 1],
      [MOST / 3, 1],
    ] as const) {
      expect((await searched((limit) => limit >= least, guess)).tried).toBeLessThan(75);
    }
  });
});

test("only the most is enough", async () => {
  expect(await searched(() => false, 5000)).toEqual({ limit: MOST, tried: 2, limits: [5000, MOST - 1] });
});

test("anything is enough", async () => {
  expect((await searched(() => true, 5000)).limit).toBe(1);
});

test("where more may be worse: enough, and one less is not", async () => {
  const enough = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(enough, fc.nat(), async (answers, at) => {
      const most = answers.length;
      const isEnough = (limit: number) => limit === most || answers[limit - 1] === true;
      const { limit } = await searched(isEnough, 1 + (at % most), most);
      expect(isEnough(limit)).toBe(true);
      expect(limit === 1 || !isEnough(limit - 1)).toBe(true);
    }),
  );
});
