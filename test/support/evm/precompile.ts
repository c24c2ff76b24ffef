import { beforeAll } from "vitest";
import { toHex } from "./abi.js";
import type { DeployedContract } from "./deployed-contract.js";
import type { EvmNetwork } from "./on-each-version.js";
import { contract } from "./solidity.js";

/** Outcome of a precompiled contract as its caller sees it: whether it succeeded, and its output as hex text. */
export type PrecompileAnswer = readonly [ok: boolean, output: string];

export const success = (output: Uint8Array): PrecompileAnswer => [true, toHex(output)];
export const FAILURE: PrecompileAnswer = [false, "0x"];
/** Also of accounts without code. */
export const NOTHING: PrecompileAnswer = [true, "0x"];

/** Address of Ethereum's precompiled contract of this number. */
export function precompile(number: number): string {
  return `0x${number.toString(16).padStart(40, "0")}`;
}

/** Address of Filecoin's precompiled contract of this number. */
export function filecoinPrecompile(number: number): string {
  return `0xfe${number.toString(16).padStart(38, "0")}`;
}

/** A contract that asks precompiled contracts by STATICCALL, deployed before all tests. */
export function precompileRunner(net: EvmNetwork) {
  const code = contract("precompiles.sol", "Precompiles");
  let runner: DeployedContract;
  beforeAll(async () => {
    runner = await net.chain().deploy(code);
  });
  return async (address: number | string, input: Uint8Array): Promise<PrecompileAnswer> => {
    const target = typeof address === "number" ? precompile(address) : address;
    const [ok, output] = await runner.get("run(address,bytes) returns (bool,bytes)", target, input);
    return [ok as boolean, toHex(output as Uint8Array)];
  };
}
