import { describe, expect, test } from "vitest";
import { type Command, defineCommand, parseCommandLine } from "../../src/cli/command.js";
import { ExitStatus } from "../../src/cli/exit-status.js";
import { commandHelp, overview } from "../../src/cli/help.js";
import { UsageError } from "../../src/cli/usage-error.js";

const brew = defineCommand({
  name: "tea brew",
  parameters: ["LEAF", "[POT]"],
  summary: "Brew tea.",
  details: "Takes a while.",
  options: {
    sugar: { type: "flag", help: "Sweet." },
    milk: { type: "text", value: "KIND", help: "With milk." },
    cups: { type: "count", value: "N", fallback: 1, help: "How many." },
    heat: { type: "choice", choices: ["warm", "hot"], help: "How hot." },
  },
  examples: ["fvm tea brew assam --heat hot"],
  run: ({ sugar, milk, cups, heat }, args) => {
    // The handler's types follow from the options.
    const typed: [boolean, string | undefined, number, "warm" | "hot" | undefined] = [
      sugar,
      milk,
      cups,
      heat,
    ];
    return typed.length + args.length;
  },
});
const many: Command = { ...brew, parameters: ["LEAF..."] };

test("values by type, and what stands for those left out", () => {
  expect(parseCommandLine(brew, ["assam"])).toEqual({
    values: { sugar: false, milk: undefined, cups: 1, heat: undefined },
    args: ["assam"],
  });
  expect(
    parseCommandLine(brew, ["--sugar", "assam", "--milk=oat", "--cups", "12", "pot", "--heat", "hot"]),
  ).toEqual({
    values: { sugar: true, milk: "oat", cups: 12, heat: "hot" },
    args: ["assam", "pot"],
  });
  expect(parseCommandLine(many, ["a", "b", "c", "--", "--d"]).args).toEqual(["a", "b", "c", "--d"]);
});

describe("refuses", () => {
  test.each([
    [[], "LEAF is missing"],
    [["a", "b", "c"], "unexpected argument c"],
    [["a", "--lemon"], "Unknown option '--lemon'"],
    [["a", "--milk"], "Option '--milk <value>' argument missing"],
    [["a", "--milk", "-3"], "--milk has no value; one that begins with - is written --milk=-…"],
    [["a", "--cups", "0"], "--cups is 0, not a number from 1"],
    [["a", "--cups", "1e3"], "--cups is 1e3, not a number from 1"],
    [["a", "--heat", "cold"], "--heat is cold, not warm or hot"],
  ])("%j", (argv, reason) => {
    const refusal = catchUsage(() => parseCommandLine(brew, argv));
    expect(refusal).toMatchObject({ message: reason, command: "tea brew" });
  });
});

test("help is made of the same data", () => {
  expect(commandHelp(brew)).toBe(
    [
      "fvm tea brew LEAF [POT] [options]",
      "",
      "Brew tea.",
      "",
      "Takes a while.",
      "",
      "Options:",
      "  --sugar          Sweet.",
      "  --milk KIND      With milk.",
      "  --cups N         How many.",
      "  --heat warm|hot  How hot.",
      "",
      "Examples:",
      "  fvm tea brew assam --heat hot",
    ].join("\n"),
  );
  expect(overview([brew])).toContain("  tea brew LEAF [POT]  Brew tea.\n");
  for (const code of Object.values(ExitStatus))
    expect(overview([brew])).toMatch(new RegExp(`^ +${code} `, "m"));
  const long = { ...brew, name: "tea brew in the afternoon please" };
  expect(overview([long])).toContain(`  ${long.name} LEAF [POT]\n${" ".repeat(36)}Brew tea.\n`);
});

function catchUsage(work: () => unknown): UsageError {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
