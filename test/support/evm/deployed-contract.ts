import type { Address } from "../../../src/address/address.js";
import { type AbiValue, abiFunction, decodeAbi, encodeCall } from "./abi.js";
import { filecoinAddress } from "./eth-address.js";
import type { EvmChain, MessageOptions } from "./evm-chain.js";
import { type EvmOutcome, outcomeText } from "./outcome.js";

/** A contract on a chain, called by signatures such as `balanceOf(address) returns (uint256)`. */
export class DeployedContract {
  constructor(
    readonly chain: EvmChain,
    readonly eth: string,
    private readonly actorId?: number,
    private readonly options: MessageOptions = {},
  ) {}

  /** The contract, called by messages with these fields. */
  with(options: MessageOptions): DeployedContract {
    return new DeployedContract(this.chain, this.eth, this.actorId, { ...this.options, ...options });
  }

  /** The same contract on a later machine. */
  on(chain: EvmChain): DeployedContract {
    return new DeployedContract(chain, this.eth, this.actorId, this.options);
  }

  /** f410 */
  get address(): Address {
    return filecoinAddress(this.eth);
  }

  /** Actor ID of a contract that was created by a message. */
  get id(): number {
    if (this.actorId === undefined) throw new Error(`the ID of ${this.eth} is not known`);
    return this.actorId;
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
