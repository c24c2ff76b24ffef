/** Estimates of gas and fees, as Lotus makes them. Source: Lotus node/impl/gasutils, node/impl/full/gas.go. */
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { signedMessageCid } from "../../chain/types/signed-message.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import { overestimated } from "../../simulate/lotus-estimate.js";
import type { SimulatedResult } from "../../simulate/run.js";
import { type SimulationSetting, type Simulator, simulateAndLook } from "../../simulate/simulator.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { SharedWork } from "../../util/shared-work.js";
import { maySendMessages } from "../../vm/executor/preflight.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { MessagePool } from "../pool/message-pool.js";
import { RpcError, rpcCode } from "../rpc/errors.js";
import { type FeeLimit, grownBaseFee, proposedPremium, withinFee } from "./fees.js";
import { simulatorAfter } from "./prior-state.js";
import { executionReverted } from "./reverted.js";

/** States that are kept, at least. */
const KEPT = 4;
/** Blocks within which a message is to be included, for its premium; and by which the base fee may have grown. */
const BLOCKS_FOR_PREMIUM = 10;
const BLOCKS_FOR_CAP = 20;

/** A way to execute a message: its gas limit, and whether its call is traced. */
export interface Trial {
  readonly gasLimit: number;
  readonly trace?: boolean;
  /** Actors and a block that are to be otherwise. */
  readonly setting?: Pick<SimulationSetting, "overrides" | "block"> | undefined;
}

/** Estimates on the head, after its messages and those of the same sender that wait. */
export class GasEstimates {
  readonly #simulators = new BoundedMap<string, Simulator>(KEPT);
  readonly #making = new SharedWork<string, Simulator>();

  constructor(
    private readonly chain: NodeChain,
    private readonly pool: MessagePool,
  ) {}

  /**
   * Executes a message on the head, after the head's messages and those of its sender in the pool that come before its
   * nonce. One whose fee cap is 0 pays nothing; whoever sends it is let. Throws as `simulatorAfter`.
   */
  async run(
    message: Message,
    { gasLimit, trace = false, setting }: Trial,
    options: ChainReadOptions,
  ): Promise<SimulatedResult> {
    const simulator = await this.#simulatorFor(message, options);
    const { nonce: _nonce, ...rest } = message;
    const free = message.gasFeeCap === 0n ? { baseFee: 0n } : {};
    const block = { ...free, ...setting?.block };
    return simulator.call({ ...rest, gasLimit }, { ...options, ...setting, trace, block });
  }

  /** Whether a message's sender cannot pay for it: it is not there, or sends no messages. Throws as `run`. */
  async isUnable(message: Message, setting: Trial["setting"], options: ChainReadOptions): Promise<boolean> {
    const simulator = await this.#simulatorFor(message, options);
    return simulateAndLook(simulator, [], { ...options, ...setting }, async (machine) => {
      const actor = await machine.getActor(message.from, options);
      const { manifest } = machine.context;
      return actor === undefined || !maySendMessages(actor, manifest, machine.network.rules.executor);
    });
  }

  /**
   * Gas that a message uses with the limit of a block.
   *
   * @throws RpcError if it fails: with the code of running out of gas, or of a revert
   */
  async gasUsed(message: Message, options: ChainReadOptions, setting?: Trial["setting"]): Promise<number> {
    const free = { ...message, gasFeeCap: 0n, gasPremium: 0n };
    const result = await this.run(free, { gasLimit: BLOCK_GAS_LIMIT, setting }, options);
    const { exitCode, gasUsed } = result.receipt;
    if (exitCode === ExitCode.OutOfGas) throw new RpcError(rpcCode.outOfGas, "call ran out of gas");
    if (exitCode !== ExitCode.Ok) throw executionReverted(result);
    return Number(gasUsed);
  }

  /**
   * A message with gas limit, premium and fee cap where they are 0. Throws as `gasUsed`.
   *
   * @param tipset whose base fee and ancestors the fees are taken from
   */
  async completed(
    message: Message,
    limit: FeeLimit,
    tipset: ChainTipset,
    options: ChainReadOptions,
    setting?: Trial["setting"],
  ): Promise<Message> {
    const gasLimit =
      message.gasLimit === 0
        ? Math.min(overestimated(await this.gasUsed(message, options, setting)), BLOCK_GAS_LIMIT)
        : message.gasLimit;
    const gasPremium =
      message.gasPremium === 0n
        ? await proposedPremium(this.chain, tipset, BLOCKS_FOR_PREMIUM, options)
        : message.gasPremium;
    const gasFeeCap =
      message.gasFeeCap === 0n ? grownBaseFee(tipset, BLOCKS_FOR_CAP) + gasPremium : message.gasFeeCap;
    return withinFee({ ...message, gasLimit, gasPremium, gasFeeCap }, limit);
  }

  async #simulatorFor({ from, nonce }: Message, { signal }: ChainReadOptions): Promise<Simulator> {
    const { head } = this.chain;
    const waiting = this.pool.pending(from);
    const end = waiting.findIndex(({ message }) => message.nonce === nonce);
    const before = end < 0 ? waiting : waiting.slice(0, end);
    const name = [...head.key, ...before.map(signedMessageCid)].join("");
    const known = this.#simulators.get(name);
    if (known !== undefined) return known;
    const work = async (signal: AbortSignal) => {
      const made = await simulatorAfter(this.chain, head, before, { signal });
      this.#simulators.set(name, made);
      return made;
    };
    return this.#making.of(name, work, signal);
  }
}
