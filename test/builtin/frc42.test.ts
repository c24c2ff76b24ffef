import { expect, test } from "vitest";
import { exportedMethodNumber, FIRST_EXPORTED_METHOD } from "../../src/builtin/frc42.js";

test.each([
  ["InvokeEVM", 3844450837],
  ["AuthenticateMessage", 2643134072],
  ["Receive", 3726118371],
  ["FRC46", 2233613279],
  ["Transfer", 80475954],
])("the number of %s", (name, number) => {
  expect(exportedMethodNumber(name)).toBe(number);
  expect(number).toBeGreaterThanOrEqual(FIRST_EXPORTED_METHOD);
});

test("constructors have number 1", () => expect(exportedMethodNumber("Constructor")).toBe(1));

test.each(["", "transfer", "1st", "Café", "A b", 7])("%j is no name", (name) => {
  expect(() => exportedMethodNumber(name as string)).toThrow(/INVALID_OPTION/);
});
