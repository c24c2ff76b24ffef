/** Bytecode of the contracts of time locks is what their source says. */
import { expect, test } from "vitest";
// @ts-expect-error A script without types.
import { timelockContracts } from "../../scripts/timelock-contracts.mjs";
import * as kept from "../../src/timelock/contracts/compiled.js";

test("ABI and bytecode follow from the source", () => {
  expect({ ...kept }).toEqual(timelockContracts());
});
