/** Contracts of OpenZeppelin, as people make theirs from them: compiled with all that network version 28 can do. */
import { readFileSync } from "node:fs";
import type { Abi } from "viem";
import { bytesToHex } from "viem";
import { compile } from "../../support/evm/solidity.js";
import { sourcesOf } from "./sources.js";
import type { Artifact } from "./viem.js";

const folder = new URL("../openzeppelin/contracts/", import.meta.url);
const PACKAGE = "@openzeppelin/contracts/";

/**
 * Contracts of a file of ours. Those that it imports are there too, by the path in OpenZeppelin's package:
 * `artifacts("proxies.sol")("ProxyAdmin", "proxy/transparent")`.
 */
export function artifacts(file: string): (name: string, importedFrom?: string) => Artifact {
  const contracts = compile(sourcesOf(file, readFileSync(new URL(file, folder), "utf8")), "osaka");
  return (name, importedFrom) => {
    const source = importedFrom === undefined ? file : `${PACKAGE}${importedFrom}/${name}.sol`;
    const { abi, initcode } = contracts(source, name);
    return { abi: abi as Abi, bytecode: bytesToHex(initcode) };
  };
}
