/** A dev node with accounts that everybody knows, and a contract to speak to. */
import { contract } from "../../support/evm/solidity.js";
import { type NodeProcess, startNodeProcess } from "../../support/node-process.js";

/** Phrase of the accounts, as all development nodes have it. */
export const MNEMONIC = "test test test test test test test test test test test junk";

export interface DevNode extends NodeProcess {
  readonly ws: string;
}

export async function startDevNode(...args: string[]): Promise<DevNode> {
  const node = await startNodeProcess(...args);
  return { ...node, ws: node.url.replace("http", "ws") };
}

const { initcode, abi } = contract("clients.sol", "Till");
export const till = { abi, bytecode: `0x${Buffer.from(initcode).toString("hex")}` } as const;
