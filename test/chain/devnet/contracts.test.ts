/** Bytecode of the traffic's contracts is what their source says. */
import { expect, test } from "vitest";
// @ts-expect-error A script without types.
import { compileContracts } from "../../../scripts/devnet-contracts.mjs";
import * as contracts from "../../../src/chain/devnet/traffic/evm/bytecode.js";
import { evmInput } from "../../../src/chain/devnet/traffic/evm/call.js";
import { hex } from "../../../src/util/bytes.js";

test("bytecode follows from the source", () => {
  const compiled: Record<string, { initcode: string; selectors: Record<string, number> }> =
    compileContracts();
  const kept = Object.entries(contracts).map(([name, { initcode, selectors }]) => [
    name,
    { initcode: hex(initcode), selectors },
  ]);
  expect(Object.fromEntries(kept)).toEqual(compiled);
});

test("input has words, and arrays behind them", () => {
  const word = (text: string) => text.padStart(64, "0");
  expect(hex(evmInput(0x1, 5, [7n, `0x${"ab".repeat(20)}`], 6))).toBe(
    ["00000001", word("5"), word("60"), word("6"), word("2"), word("7"), word("ab".repeat(20))].join(""),
  );
});
