/** The same transactions on Filecoin and on Ethereum, traced. */
import { concatBytes } from "@noble/hashes/utils.js";
import type { Cid } from "../../../src/encoding/cid.js";
import type { TracedResult } from "../../../src/vm/machine/machine.js";
import type { MessageTrace } from "../../../src/vm/trace/trace.js";
import { type AbiValue, abiFunction, encodeCall } from "./abi.js";
import { Ethereum, type EthereumResult } from "./ethereum.js";
import { EvmChain, FIL } from "./evm-chain.js";
import type { EvmOutcome } from "./outcome.js";
import type { Contract } from "./solidity.js";

/** First balance of Filecoin's accounts, attoFIL. */
const FUNDS = 1_000_000n * FIL;

export interface TwinResult {
  readonly trace: MessageTrace;
  readonly exitCode: number;
  /** State roots. */
  readonly before: Cid;
  readonly after: Cid;
  readonly ethereum: EthereumResult;
}

/** Eve's transactions, on both chains. */
export class Twin {
  private constructor(
    readonly chain: EvmChain,
    readonly ethereum: Ethereum,
  ) {}

  static async create(version: number): Promise<Twin> {
    const chain = await EvmChain.create(version);
    const accounts = [chain.eve, chain.dave].map(({ eth }) => [eth, FUNDS] as const);
    return new Twin(chain, await Ethereum.create(accounts));
  }

  /** Creates a contract on both; its address, which is the same. */
  async deploy({ initcode }: Contract, args = new Uint8Array(), value = 0n): Promise<string> {
    const { ethereum, exitCode } = await this.create(concatBytes(initcode, args), value);
    const { to, error } = ethereum.frame;
    if (to === undefined || exitCode !== 0) throw new Error(`creation failed: ${error}, ${exitCode}`);
    return to;
  }

  create(initcode: Uint8Array, value = 0n): Promise<TwinResult> {
    return this.both(
      () => this.chain.create(initcode, { value, execute: { trace: true } }),
      () => this.ethereum.run({ from: this.chain.eve.eth, data: initcode, value }),
    );
  }

  call(to: string, signature: string, args: readonly AbiValue[] = [], value = 0n): Promise<TwinResult> {
    return this.send(to, encodeCall(abiFunction(signature), args), value);
  }

  send(to: string, data: Uint8Array, value = 0n): Promise<TwinResult> {
    return this.both(
      () => this.chain.invoke(to, data, { value, execute: { trace: true } }),
      () => this.ethereum.run({ from: this.chain.eve.eth, to, data, value }),
    );
  }

  private async both(
    filecoin: () => Promise<EvmOutcome>,
    ethereum: () => Promise<EthereumResult>,
  ): Promise<TwinResult> {
    const { machine } = this.chain;
    const before = await machine.flush();
    const { apply, exitCode } = await filecoin();
    const after = await machine.flush();
    const { trace } = apply as TracedResult;
    return { trace, exitCode, before, after, ethereum: await ethereum() };
  }

  close(): void {
    this.chain.close();
  }
}
