import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { keccak } from "./abi.js";

export interface Contract {
  /** Creates it; constructor arguments come after it. */
  readonly initcode: Uint8Array;
  /** Code that is kept on chain. */
  readonly runtime: Uint8Array;
  /** As the compiler writes it. */
  readonly abi: readonly unknown[];
}

/** Newest instructions that the compiler may use. Shanghai: PUSH0 and nothing later. */
export type EvmVersion = "shanghai" | "cancun" | "osaka";

interface Answer {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Record<string, Compiled>>>;
}

interface Compiled {
  readonly abi: readonly unknown[];
  readonly evm: Readonly<Record<"bytecode" | "deployedBytecode", { readonly object: string }>>;
}

const root = new URL("../../../", import.meta.url);
const cache = new URL("node_modules/.cache/fvm-solidity/", root);
const require = createRequire(import.meta.url);

/** A contract of a file in test/evm/contracts. */
export function contract(file: string, name: string, evmVersion: EvmVersion = "shanghai"): Contract {
  const content = readFileSync(new URL(`test/vm/evm/contracts/${file}`, root), "utf8");
  const compiled = compileOnce(standardInput(content, evmVersion))[name];
  if (compiled === undefined) throw new Error(`no contract ${name} in ${file}`);
  const { abi, evm } = compiled;
  const { bytecode, deployedBytecode } = evm;
  return { initcode: hexToBytes(bytecode.object), runtime: hexToBytes(deployedBytecode.object), abi };
}

function standardInput(content: string, evmVersion: EvmVersion): string {
  return JSON.stringify({
    language: "Solidity",
    sources: { source: { content } },
    settings: {
      evmVersion,
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
    },
  });
}

/** Each test file is a process of its own, and the compiler takes a second to load: results are kept. */
function compileOnce(input: string): Record<string, Compiled> {
  const { version } = require("solc/package.json") as { version: string };
  const key = bytesToHex(keccak(version + input)).slice(0, 32);
  const file = new URL(`${key}.json`, cache);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Record<string, Compiled>;
  const contracts = compile(input);
  mkdirSync(cache, { recursive: true });
  // A process beside this one never sees half a file.
  const unfinished = new URL(`${key}.${process.pid}`, cache);
  writeFileSync(unfinished, JSON.stringify(contracts));
  renameSync(unfinished, file);
  return contracts;
}

function compile(input: string): Record<string, Compiled> {
  const solc = require("solc") as typeof import("solc").default;
  const { errors = [], contracts } = JSON.parse(solc.compile(input)) as Answer;
  const error = errors.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return contracts?.source ?? {};
}
