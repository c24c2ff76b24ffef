/** Contracts of a chain, tried with a simulator. */
import { decode, encode } from "@ipld/dag-cbor";
import type { Address } from "../../../src/address/address.js";
import type { SimulatedMessage } from "../../../src/simulate/message.js";
import type { SimulatedResult } from "../../../src/simulate/run.js";
import { type SimulationOptions, Simulator, type SimulatorOptions } from "../../../src/simulate/simulator.js";
import { type AbiValue, abiFunction, decodeAbi, encodeCall } from "./abi.js";
import { filecoinAddress } from "./eth-address.js";
import { type EvmChain, Method, surroundings } from "./evm-chain.js";

/** A simulator on the chain as it is now. */
export async function simulatorOf(
  { machine, store, version }: EvmChain,
  options: Partial<SimulatorOptions> = {},
): Promise<Simulator> {
  const stateRoot = await machine.flush();
  return new Simulator({ ...surroundings, network: version, stateRoot, blockstore: store, ...options });
}

/** The message that calls a contract, by its signature. */
export function invocation(to: string | Address, signature: string, ...args: AbiValue[]): SimulatedMessage {
  const address = to.startsWith("0x") ? filecoinAddress(to) : (to as Address);
  const params = encode(encodeCall(abiFunction(signature), args));
  return { to: address, method: Method.InvokeEvm, params };
}

/** Values that a contract returns. Throws if the exit code is not 0. */
export function valuesOf({ receipt }: SimulatedResult, signature: string): AbiValue[] {
  if (receipt.exitCode !== 0) throw new Error(`exit code ${receipt.exitCode}`);
  return decodeAbi(abiFunction(signature).outputs, decode<Uint8Array>(receipt.returnData));
}

/** Calls a contract and returns what it returns. */
export async function read(
  simulator: Simulator,
  to: string | Address,
  signature: string,
  args: AbiValue[] = [],
  options: SimulationOptions & { readonly message?: Partial<SimulatedMessage> } = {},
): Promise<AbiValue[]> {
  const { message, ...simulation } = options;
  const result = await simulator.call({ ...invocation(to, signature, ...args), ...message }, simulation);
  return valuesOf(result, signature);
}
