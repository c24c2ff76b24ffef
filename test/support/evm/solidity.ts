import { readFileSync } from "node:fs";
import { hexToBytes } from "@noble/hashes/utils.js";
import solc from "solc";

export interface Contract {
  /** Creates it; constructor arguments come after it. */
  readonly initcode: Uint8Array;
  /** What is kept on chain. */
  readonly runtime: Uint8Array;
}

/** Newest instructions that the compiler may use. Shanghai: PUSH0 and nothing later. */
export type EvmVersion = "shanghai" | "cancun" | "osaka";

interface Answer {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, Compiled>>>>;
}

interface Compiled {
  readonly evm: Readonly<Record<"bytecode" | "deployedBytecode", { readonly object: string }>>;
}

const compiled = new Map<string, Readonly<Record<string, Contract>>>();

/** A contract of a file in test/evm/contracts. */
export function contract(file: string, name: string, evmVersion: EvmVersion = "shanghai"): Contract {
  const contracts = compiled.get(file) ?? compileSource(readSource(file), evmVersion);
  compiled.set(file, contracts);
  const found = contracts[name];
  if (found === undefined) throw new Error(`no contract ${name} in ${file}`);
  return found;
}

function readSource(file: string): string {
  return readFileSync(new URL(`../../evm/contracts/${file}`, import.meta.url), "utf8");
}

function compileSource(content: string, evmVersion: EvmVersion): Record<string, Contract> {
  const input = {
    language: "Solidity",
    sources: { source: { content } },
    settings: {
      evmVersion,
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.deployedBytecode.object"] } },
    },
  };
  const { errors = [], contracts } = JSON.parse(solc.compile(JSON.stringify(input))) as Answer;
  const error = errors.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return Object.fromEntries(
    Object.entries(contracts?.source ?? {}).map(([name, { evm }]) => [
      name,
      { initcode: hexToBytes(evm.bytecode.object), runtime: hexToBytes(evm.deployedBytecode.object) },
    ]),
  );
}
