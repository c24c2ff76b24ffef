import { expect, test } from "vitest";
import { progressLine, rateText } from "../../src/cli/progress-line.js";

const work = { done: 600, total: 1000, unit: "blocks", before: 100 };

test("speed and time left, once they mean something", () => {
  expect(progressLine({ ...work, elapsed: 2000 })).toBe("600 of 1,000 blocks, 250/s, 2 s left");
  expect(progressLine({ ...work, elapsed: 0.001 })).toBe("600 of 1,000 blocks");
  expect(rateText(3000, 1000, "tipsets")).toBe(", 3,000 tipsets/s");
});
