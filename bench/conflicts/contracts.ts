import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Exchange, Natives } from "#src/chain/devnet/traffic/evm/bytecode.js";
import { hexBytes } from "#src/util/bytes.js";
import { BenchError } from "../bench-error.js";
import { packageFolder } from "../places.js";

/** A compiled contract. */
export interface Contract {
  /** Creates it. */
  readonly initcode: Uint8Array;
  /** By the method's signature. */
  readonly selectors: Readonly<Record<string, number>>;
}

interface Answer {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, Compiled>>>>;
}

interface Compiled {
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly methodIdentifiers: Readonly<Record<string, string>>;
  };
}

const FILE = "bench/conflicts/contracts.sol";

/** The contracts of contracts.sol, and two of devnets' traffic, by name. Throws `BenchError`. */
export function compileContracts(): ReadonlyMap<string, Contract> {
  const compiler = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const input = {
    language: "Solidity",
    sources: { [FILE]: { content: readFileSync(join(packageFolder, FILE), "utf8") } },
    settings: {
      // The oldest network with contracts has no opcode beyond this version.
      evmVersion: "paris",
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.methodIdentifiers"] } },
    },
  };
  const { errors = [], contracts = {} } = JSON.parse(compiler.compile(JSON.stringify(input))) as Answer;
  const error = errors.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new BenchError(error.formattedMessage);
  const compiled = Object.entries(contracts[FILE] ?? {});
  return new Map<string, Contract>([
    ...Object.entries({ Exchange, Natives }),
    ...compiled.map(([name, made]) => [name, contractOf(made)] as const),
  ]);
}

function contractOf({ evm }: Compiled): Contract {
  const selectors = Object.entries(evm.methodIdentifiers).map(
    ([signature, selector]) => [signature, Number.parseInt(selector, 16)] as const,
  );
  return { initcode: hexBytes(evm.bytecode.object), selectors: Object.fromEntries(selectors) };
}
