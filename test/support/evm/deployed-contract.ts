import { type Address, idAddress } from "../../../src/address/address.js";
import { type AbiValue, abiFunction, decodeAbi, encodeCall } from "./abi.js";
import type { EvmChain, MessageOptions } from "./evm-chain.js";
import { type EvmOutcome, outcomeText } from "./outcome.js";

/** A contract on a chain, called by signatures such as `balanceOf(address) returns (uint256)`. */
export class DeployedContract {
  constructor(
    readonly chain: EvmChain,
    readonly eth: string,
    /** Actor ID. */
    readonly id: number,
    private readonly options: MessageOptions = {},
  ) {}

  /** The contract, called by messages with these fields. */
  with(options: MessageOptions): DeployedContract {
    return new DeployedContract(this.chain, this.eth, this.id, { ...this.options, ...options });
  }

  /** The same contract on a later machine. */
  on(chain: EvmChain): DeployedContract {
    return new DeployedContract(chain, this.eth, this.id, this.options);
  }

  /** f0 */
  get address(): Address {
    return idAddress(this.id);
  }

  /** Whatever comes of it. */
  outcome(signature: string, ...args: AbiValue[]): Promise<EvmOutcome> {
    return this.chain.invoke(this.eth, encodeCall(abiFunction(signature), args), this.options);
  }

  /** Throws if the exit code is not 0. */
  async call(signature: string, ...args: AbiValue[]): Promise<EvmOutcome & { values: AbiValue[] }> {
    const outcome = await this.outcome(signature, ...args);
    if (outcome.exitCode !== 0) throw new Error(`${signature}: ${outcomeText(outcome.apply)}`);
    return { ...outcome, values: decodeAbi(abiFunction(signature).outputs, outcome.output) };
  }

  /** The values that a call returns. Throws if the exit code is not 0. */
  async get(signature: string, ...args: AbiValue[]): Promise<AbiValue[]> {
    return (await this.call(signature, ...args)).values;
  }
}
