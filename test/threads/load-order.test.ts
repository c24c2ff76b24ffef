/** The package loaded by workers and the main thread in any order, in processes of their own. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("fixtures/worker-lives.mjs", import.meta.url));
const terminated = fileURLToPath(new URL("fixtures/terminated.mjs", import.meta.url));
const LIVES = 100;
const SEEDS = [1];

function runProgram(file: string, ...args: string[]): unknown {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    encoding: "utf8",
  });
  expect({ status, signal }, stderr).toEqual({ status: 0, signal: null });
  return JSON.parse(stdout);
}

const run = (...args: string[]) => runProgram(program, ...args) as { receipts: number; expected: number };

describe("workers that load the package", () => {
  test.each([
    ["one after the other", [["load"], ["load"], ["end"]]],
    ["the first ends before the second executes", [["end"], ["end"]]],
    ["the first exits", [["exit"], ["end"], ["exit"]]],
    ["the first throws", [["throw"], ["end"], ["throw"]]],
    ["the first is terminated in a call", [["spin"], ["end"], ["spin"]]],
    ["the first is terminated while it loads", [["early"], ["early"], ["end"]]],
    [
      "several at once, and again",
      [
        ["end", "exit", "throw", "spin"],
        ["end", "end", "end"],
      ],
    ],
    ["the main thread last", [["end"], ["exit", "spin"], ["main"]]],
    ["the main thread first", [["main"], ["end", "exit"], ["throw", "spin"], ["end"]]],
    ["the main thread in between", [["exit"], ["main"], ["spin", "end"], ["end"]]],
    ["two copies of the addon", [["copy"], ["end"], ["copy", "end"], ["main"], ["copy"]]],
    ["a copy after the first has gone", [["end"], ["copy"], ["end", "copy"]]],
  ])("%s", (_, rounds) => {
    const { receipts, expected } = run(JSON.stringify(rounds));
    expect(receipts).toBe(expected);
  });

  test.each(SEEDS)(`${LIVES} in random order: seed %i`, (seed) => {
    const { receipts, expected } = run(String(LIVES), String(seed));
    expect(receipts).toBe(expected);
  });

  test("and are terminated while C++ reads what they give it", () => {
    expect(runProgram(terminated, "80")).toEqual({ terminated: 80 });
  });
});
