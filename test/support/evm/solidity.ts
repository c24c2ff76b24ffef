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
  readonly contracts?: CompiledFiles;
}

type CompiledFiles = Readonly<Record<string, Readonly<Record<string, Compiled>>>>;

interface Compiled {
  readonly abi: readonly unknown[];
  readonly evm: Readonly<Record<"bytecode" | "deployedBytecode", { readonly object: string }>>;
}

const root = new URL("../../../", import.meta.url);
const cache = new URL("node_modules/.cache/fvm-contracts/", root);
const require = createRequire(import.meta.url);

/** A contract of a file in test/vm/evm/contracts. */
export function contract(file: string, name: string, evmVersion: EvmVersion = "shanghai"): Contract {
  const content = readFileSync(new URL(`test/vm/evm/contracts/${file}`, root), "utf8");
  return compile({ source: content }, evmVersion)("source", name);
}

/** Contracts by the file and the name that they have. */
export type Contracts = (file: string, name: string) => Contract;

/** Compiles sources, by the names that their imports have for each other; does it once for what stays the same. */
export function compile(sources: Readonly<Record<string, string>>, evmVersion: EvmVersion): Contracts {
  const compiled = compileOnce(standardInput(sources, evmVersion));
  return (file, name) => {
    const found = compiled[file]?.[name];
    if (found === undefined) throw new Error(`no contract ${name} in ${file}`);
    const { bytecode, deployedBytecode } = found.evm;
    const [initcode, runtime] = [bytecode, deployedBytecode].map(({ object }) => hexToBytes(object));
    return { initcode, runtime, abi: found.abi } as Contract;
  };
}

function standardInput(sources: Readonly<Record<string, string>>, evmVersion: EvmVersion): string {
  return JSON.stringify({
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])),
    settings: {
      evmVersion,
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
    },
  });
}

/** Each test file is a process of its own, and the compiler takes a second to load: results are kept. */
function compileOnce(input: string): CompiledFiles {
  const { version } = require("solc/package.json") as { version: string };
  const key = bytesToHex(keccak(version + input)).slice(0, 32);
  const file = new URL(`${key}.json`, cache);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as CompiledFiles;
  const contracts = runCompiler(input);
  mkdirSync(cache, { recursive: true });
  // A process beside this one never sees half a file.
  const unfinished = new URL(`${key}.${process.pid}`, cache);
  writeFileSync(unfinished, JSON.stringify(contracts));
  renameSync(unfinished, file);
  return contracts;
}

function runCompiler(input: string): CompiledFiles {
  const solc = require("solc") as typeof import("solc").default;
  const { errors = [], contracts } = JSON.parse(solc.compile(input)) as Answer;
  const error = errors.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return contracts ?? {};
}
