import { format } from "node:util";
import type { ContractAbi } from "../../builtin/abi/contract-abi.js";
import type { AbiArgument } from "../../builtin/abi/decoder.js";
import { loadAbi } from "../../builtin/abi/load-abi.js";
import { ethToFilecoin } from "../../builtin/evm/index.js";
import { hex } from "../../util/bytes.js";

/** The address that Solidity's `console.log` of Hardhat and Foundry calls: nobody's. */
export const CONSOLE = ethToFilecoin("0x000000000000000000636f6e736f6c652e6c6f67");
/** Bytes of that address, which the code of whoever calls it has. */
export const CONSOLE_TEXT = Buffer.from("console.log");

/** Types of the arguments that `log` takes up to four of, in any order. */
const MIXED = ["uint256", "string", "bool", "address"] as const;
const MOST_ARGUMENTS = 4;
/** Functions of one argument, by name. */
const SINGLE: readonly (readonly [name: string, type: string])[] = [
  ["log", "int256"],
  ["log", "bytes"],
  ["log", "bytes32"],
  ["logInt", "int256"],
  ["logUint", "uint256"],
  ["logString", "string"],
  ["logBool", "bool"],
  ["logAddress", "address"],
  ["logBytes", "bytes"],
  ...Array.from({ length: 32 }, (_, i) => [`logBytes${i + 1}`, `bytes${i + 1}`] as const),
];

/** Texts of what contracts say by `console.log`. */
export class ConsoleLog {
  private constructor(private readonly abi: ContractAbi) {}

  static async load(): Promise<ConsoleLog> {
    const entry = (name: string, types: readonly string[]) => ({
      type: "function",
      name,
      inputs: types.map((type, i) => ({ name: `p${i}`, type })),
      outputs: [],
      stateMutability: "view",
    });
    const mixed = combinations(MOST_ARGUMENTS).map((types) => entry("log", types));
    const single = SINGLE.map(([name, type]) => entry(name, [type]));
    const withInt = entry("log", ["string", "int256"]);
    return new ConsoleLog(await loadAbi([...mixed, ...single, withInt], "console.sol"));
  }

  /** A line, by the data of the call; bytes that are no such call as they are. */
  text(input: Uint8Array): string {
    const args = this.abi.call(input)?.args;
    if (args === undefined) return `0x${hex(input)}`;
    const [first, ...rest] = args.map(textOf);
    // Numbers are texts here, so that none loses digits.
    return format(first?.replaceAll(/%[di]/g, "%s") ?? "", ...rest);
  }
}

/** All lists of up to so many types. */
function combinations(most: number): string[][] {
  if (most === 0) return [[]];
  const shorter = combinations(most - 1);
  const longest = shorter.filter(({ length }) => length === most - 1);
  return [...shorter, ...longest.flatMap((types) => MIXED.map((type) => [...types, type]))];
}

function textOf({ value }: AbiArgument): string {
  switch (value.kind) {
    case "bytes":
      return `0x${hex(value.value)}`;
    case "bool":
    case "integer":
    case "text":
      return `${value.value}`;
    default:
      return format("%o", value);
  }
}
