import { messageOf } from "../../util/kind-of.js";
import { ContractAbi } from "./contract-abi.js";
import { type KnownEntry, knownEntry } from "./known-entry.js";
import { AbiReader } from "./parameters.js";

/**
 * Reads a contract's ABI. The library behind it is loaded when the first one is read, because it takes its time.
 *
 * @param json an ABI's list, or an object with one as `abi`: an artifact of Foundry or Hardhat
 * @param source what it is called in errors and in what is decoded: its file, for instance
 * @throws FvmError INVALID_ABI
 */
export async function loadAbi(json: unknown, source = "the ABI"): Promise<ContractAbi> {
  const reader = new AbiReader(source);
  const entries = reader.entries(json);
  const library = await import("micro-eth-signer/abi.js");
  const known: KnownEntry[] = [];
  for (const entry of entries) {
    try {
      known.push(knownEntry(library, entry, source));
    } catch (error) {
      reader.fail(`${entry.kind} ${entry.name}: ${messageOf(error)}`);
    }
  }
  return new ContractAbi(known);
}
