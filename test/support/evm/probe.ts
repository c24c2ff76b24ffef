/** A contract on a node's own chain that tells what it sees. */
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { devnetVersions } from "../devnet.js";
import { skipLoudly } from "../skip.js";
import { type AbiValue, abiFunction, decodeAbi, encodeCall, fromHex, toHex } from "./abi.js";
import { type Contract, contract } from "./solidity.js";

/** The first two accounts of everybody's phrase. */
export const ACCOUNT = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
export const OTHER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
/** Nobody is there. */
export const NOBODY = `0x${"77".repeat(20)}`;
export const ZEROS = `0x${"00".repeat(32)}`;
const SCRATCH = `0x${"c0de".repeat(10)}`;

/** The address that an actor's ID has for contracts. */
export const masked = (id: number) => `0xff${id.toString(16).padStart(38, "0")}`;

/** Whether a node can make a chain here; says so if not. */
export function hasChain(what: string): boolean {
  const hasActors = devnetVersions([28]).length > 0;
  if (!hasActors) skipLoudly(`${what}: no builtin actors are on this machine`);
  return hasActors;
}

export interface Receipt {
  readonly status: string;
  readonly blockNumber: string;
  readonly contractAddress: string;
  readonly gasUsed: string;
}

export interface Block {
  readonly hash: string;
  readonly number: string;
  readonly timestamp: string;
  readonly baseFeePerGas: string;
  readonly gasLimit: string;
}

/** A node, and a contract of differences.sol on its chain. */
export class Probe implements AsyncDisposable {
  private constructor(
    readonly node: RunningNode,
    readonly address: string,
  ) {}

  static async start(): Promise<Probe> {
    const node = await startNode();
    const address = await new Probe(node, "").deploy(contract("differences.sol", "Probe"));
    return new Probe(node, address);
  }

  async [Symbol.asyncDispose]() {
    await this.node.close();
  }

  ask<T = string>(method: string, ...params: unknown[]): Promise<T> {
    return this.node.provider.request({ method, params }) as Promise<T>;
  }

  async send(transaction: Record<string, unknown>): Promise<Receipt> {
    const hash = await this.ask("eth_sendTransaction", { from: ACCOUNT, gas: "0x5f5e100", ...transaction });
    return this.ask<Receipt>("eth_getTransactionReceipt", hash);
  }

  async deploy({ initcode }: Pick<Contract, "initcode">): Promise<string> {
    const { contractAddress } = await this.send({ data: toHex(initcode), gas: "0xb2d05e00" });
    return contractAddress;
  }

  /** Sends a transaction to the contract. */
  write(signature: string, args: readonly AbiValue[] = [], more = {}): Promise<Receipt> {
    return this.send({ to: this.address, data: dataOf(signature, args), ...more });
  }

  /** The contract's answer. */
  async read(signature: string, ...args: AbiValue[]): Promise<AbiValue[]> {
    const call = { from: ACCOUNT, to: this.address, data: dataOf(signature, args) };
    return decodeAbi(abiFunction(signature).outputs, fromHex(await this.ask("eth_call", call)));
  }

  /** The answer of code, run where there is none. */
  run(code: string): Promise<string> {
    return this.ask("eth_call", { from: ACCOUNT, to: SCRATCH }, "latest", { [SCRATCH]: { code } });
  }

  block(number: string | number): Promise<Block> {
    return this.ask<Block>(
      "eth_getBlockByNumber",
      typeof number === "string" ? number : `0x${number.toString(16)}`,
      false,
    );
  }

  /** The contract's view of a transaction. */
  async look(more: Record<string, unknown> = {}) {
    const receipt = await this.write("look()", [], more);
    const values = await this.read(
      "seen() returns (uint256,uint256,uint256,uint256,uint256,uint256,address,address,address,bytes32)",
    );
    const [number, timestamp, prevrandao, baseFee, gasPrice, gasLimit] = values as bigint[];
    const [coinbase, sender, origin, before] = values.slice(6) as string[];
    return {
      ...{ receipt, number, timestamp, prevrandao, baseFee, gasPrice, gasLimit },
      ...{ coinbase, sender, origin, before },
    };
  }
}

export const dataOf = (signature: string, args: readonly AbiValue[]) =>
  toHex(encodeCall(abiFunction(signature), args));
