import { expect, test } from "vitest";
import { runDemo } from "../../src/cli/demo.js";
import { demoSteps } from "../../src/cli/demo-steps.js";

test("the demo says what ran", async () => {
  const lines: string[] = [];
  await runDemo((line) => lines.push(line));
  const text = lines.join("\n");
  for (const { title } of demoSteps) expect(text).toContain(title);
  const ends = [...text.matchAll(/exit (\d+) \(\w+\), ([\d,]+) calls?, [\d,]+ gas/g)];
  expect(ends.map(([, code]) => Number(code))).toEqual([0, 0, 0, 0, 0, 19, 0, 0, 5, 7]);
  const calls = ["0", "1", "0", "2", "1", "1", "2", "1,001", "0", "1"];
  expect(ends.map(([, , count]) => count)).toEqual(calls);
  expect(text).toContain("not enough tokens");
  expect(text).toContain("event of f0105: from 100, to 101, amount 1200");
  expect(text).toContain("returns: error 0, exit 0, 1200 tokens");
  expect(text).toMatch(/New state bafy2bza\w+, \d+ blocks/);
});
