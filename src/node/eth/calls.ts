/** Calls that are tried. Source: Lotus node/impl/eth/gas.go. */
import { simulatorFor } from "../../chain/execution/simulator-for.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { EAM } from "../../inspect/tracers/methods.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { ExitCode } from "../../message/outcome.js";
import { runsOutOfGas, searchGasLimit } from "../../simulate/lotus-estimate.js";
import type { SimulatedResult } from "../../simulate/run.js";
import {
  type Simulation,
  type SimulationSetting,
  type Simulator,
  simulateAndLook,
} from "../../simulate/simulator.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { latin1, NO_BYTES } from "../../util/bytes.js";
import type { Machine } from "../../vm/machine/machine.js";
import type { NodeChain } from "../chain/node-chain.js";
import { refuseExpensive } from "../gas/expensive.js";
import type { GasEstimates } from "../gas/gas-estimates.js";
import { contextOf } from "../gas/prior-state.js";
import type { Proposals } from "../gas/proposals.js";
import { executionReverted } from "../gas/reverted.js";
import { failed, RpcError, rpcCode } from "../rpc/errors.js";
import { createdCode, returnedBytes } from "./call-answer.js";

/** States on which calls were tried that are kept, at least. */
const KEPT = 16;
/** Outcomes that are kept, at least; bytes of calls and of outcomes that are. */
const OUTCOMES_KEPT = 2048;
const MOST_REMEMBERED = 1024;

/** The state after a tipset and its block. */
interface Scene {
  /** Tells it from others. */
  readonly name: string;
  readonly simulator: Simulator;
}

/** Actors and a block that are to be otherwise. */
export type CallSetting = Pick<SimulationSetting, "overrides" | "block">;

/** Overrides, if there are any. */
export function settingOf(
  overrides: CallSetting["overrides"],
  block: CallSetting["block"],
): CallSetting | undefined {
  if (overrides === undefined && block === undefined) return undefined;
  return { ...(overrides !== undefined && { overrides }), ...(block !== undefined && { block }) };
}

/** How gas is estimated. */
export interface EstimateSetting {
  readonly setting: CallSetting | undefined;
  /** Whether gas costs nothing, also if the sender has the money. */
  readonly isFree: boolean;
}

/** Settings that differ from node to node. */
export interface EthCallRules {
  /** Whether creations return nothing. */
  readonly asLotus: boolean;
  readonly proposals: Pick<Proposals, "gasLimit">;
}

/** Calls on the states after tipsets, and estimates of their gas. */
export class EthCalls {
  readonly #scenes = new BoundedMap<string, Scene>(KEPT);
  /** The last one that was asked for: while the head stays, the state after a tipset does. */
  #last: { readonly tipset: ChainTipset; readonly head: ChainTipset; readonly scene: Scene } | undefined;
  /** Outcomes of calls, by call and state: they are always the same. */
  readonly #outcomes = new BoundedMap<string, Uint8Array | RpcError>(OUTCOMES_KEPT);

  constructor(
    private readonly chain: NodeChain,
    private readonly estimates: GasEstimates,
    private readonly rules: EthCallRules,
  ) {}

  /**
   * The return value of a call after a tipset: a creation the new contract's code, or, as Lotus, nothing. Throws `RpcError` if it
   * fails, with the data that it reverts with; as `run`.
   */
  async call(
    message: Message,
    tipset: ChainTipset,
    setting: CallSetting | undefined,
    options: ChainReadOptions,
  ): Promise<Uint8Array> {
    const scene = await this.#sceneAfter(tipset, options);
    const name = setting === undefined ? nameOf(scene, message) : undefined;
    const known = name === undefined ? undefined : this.#outcomes.get(name);
    const outcome = known ?? (await this.#outcome(scene.simulator, message, setting, options));
    if (name !== undefined && known === undefined && isSmall(outcome)) this.#outcomes.set(name, outcome);
    if (outcome instanceof RpcError) throw outcome;
    return outcome;
  }

  /**
   * Executes a message on the state after a tipset, whose block it is in, whoever sends it, free of charge.
   *
   * @throws RpcError where Lotus would have to upgrade the state; as `NodeChain.stateAfter`, `Simulator.call`
   */
  async run(
    message: Message,
    tipset: ChainTipset,
    setting: CallSetting | undefined,
    options: ChainReadOptions,
  ): Promise<SimulatedResult> {
    const { simulator } = await this.#sceneAfter(tipset, options);
    return simulator.call(withoutNonce(message), { ...options, ...setting });
  }

  /**
   * The gas limit that a transaction should have, on the head and after all that waits of its sender.
   *
   * @param tipset whose fees count
   * @throws RpcError if it fails, whatever the limit; as Lotus, also if it fails with what it has used and a quarter more,
   * unless a call runs out of gas: contracts that look at the gas that is left revert instead; as `GasEstimates.run`
   */
  async estimate(
    message: Message,
    tipset: ChainTipset,
    { setting, isFree }: EstimateSetting,
    options: ChainReadOptions,
  ): Promise<number> {
    const completed =
      isFree || (await this.estimates.isUnable(message, setting, options))
        ? await this.#withLimit(message, tipset, setting, options)
        : await naming("failed to estimate gas", async () => {
            const gasLimit = this.#limitFor(await this.estimates.gasUsed(message, options, setting));
            return this.estimates.completed({ ...message, gasLimit }, {}, tipset, options, setting);
          });
    const gasLimit = Number(completed.gasLimit);
    const result = await this.estimates.run(completed, { gasLimit, trace: true, setting }, options);
    if (result.receipt.exitCode === ExitCode.Ok) return gasLimit;
    const execute = (limit: number) => this.estimates.run(completed, { gasLimit: limit, setting }, options);
    const { asLotus, proposals } = this.rules;
    const isFinal = asLotus ? !runsOutOfGas(result) : result.failure?.kind === "preflight";
    if (isFinal) throw failed(`gas search failed: ${executionReverted(result).message}`);
    const found = await searchGasLimit(execute, gasLimit);
    if (asLotus) return proposals.gasLimit(found);
    if ((await execute(found)).receipt.exitCode !== ExitCode.Ok) throw executionReverted(result);
    return this.#limitFor(found);
  }

  /** A call that fails at the head fails with the data of the state that was meant, if it fails there, too. */
  async #withLimit(
    message: Message,
    tipset: ChainTipset,
    setting: CallSetting | undefined,
    options: ChainReadOptions,
  ): Promise<Message> {
    try {
      const gasUsed = await this.estimates.gasUsed(message, options, setting);
      return { ...message, gasLimit: this.#limitFor(gasUsed) };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const meant = { ...message, gasLimit: BLOCK_GAS_LIMIT };
      const result = await this.run(meant, tipset, setting, options);
      if (result.receipt.exitCode !== ExitCode.Ok) throw executionReverted(result);
      throw failed(`failed to estimate gas: ${error.message}`, { cause: error });
    }
  }

  #limitFor(gasUsed: number): number {
    return Math.min(this.rules.proposals.gasLimit(gasUsed), BLOCK_GAS_LIMIT);
  }

  /** An error is what the call ends with. */
  async #outcome(
    simulator: Simulator,
    message: Message,
    setting: CallSetting | undefined,
    options: ChainReadOptions,
  ): Promise<Uint8Array | RpcError> {
    const tried = withoutNonce(message);
    if (message.to === EAM) {
      const look = (machine: Machine, { results: [result] }: Simulation) =>
        this.#createdCode(machine, result as SimulatedResult, options);
      return simulateAndLook(simulator, [tried], { ...options, ...setting }, look);
    }
    const result = await simulator.call(tried, { ...options, ...setting });
    if (result.receipt.exitCode !== ExitCode.Ok) return executionReverted(result);
    return returnedBytes(result.receipt) ?? failed("expected byte array");
  }

  async #createdCode(
    machine: Machine,
    result: SimulatedResult,
    { signal }: ChainReadOptions,
  ): Promise<Uint8Array | RpcError> {
    if (result.receipt.exitCode !== ExitCode.Ok) return executionReverted(result);
    return this.rules.asLotus ? NO_BYTES : createdCode(machine, result.receipt, signal);
  }

  async #sceneAfter(tipset: ChainTipset, options: ChainReadOptions): Promise<Scene> {
    const { head } = this.chain;
    if (this.#last?.tipset === tipset && this.#last.head === head) return this.#last.scene;
    const scene = await this.#findScene(tipset, options);
    this.#last = { tipset, head, scene };
    return scene;
  }

  async #findScene(tipset: ChainTipset, options: ChainReadOptions): Promise<Scene> {
    const { epoch } = tipset;
    refuseExpensive(this.chain.network, epoch);
    const after = await this.chain.stateAfter(tipset, options);
    const name = `${after}${tipset.key.join("")}`;
    const known = this.#scenes.get(name);
    if (known !== undefined) return known;
    const root = (await this.chain.node.migrate?.(epoch, after, options)) ?? after;
    const context = { ...contextOf(tipset), baseFee: 0n };
    const made = { name, simulator: await simulatorFor(this.chain.node, root, context, options) };
    this.#scenes.set(name, made);
    return made;
  }
}

/** A message whose nonce is the one that its sender has. */
export function withoutNonce(message: Message): Omit<Message, "nonce"> {
  const { version, from, to, value, gasLimit, gasFeeCap, gasPremium, method, params } = message;
  return { version, from, to, value, gasLimit, gasFeeCap, gasPremium, method, params };
}

/** Tells a call from all others; undefined: it is too long to be remembered. */
function nameOf(scene: Scene, { from, to, value, method, params }: Message): string | undefined {
  if (params.length > MOST_REMEMBERED) return undefined;
  return `${scene.name}${from.length} ${from}${to.length} ${to}${value} ${method} ${latin1(params)}`;
}

function isSmall(outcome: Uint8Array | RpcError): boolean {
  return (outcome instanceof RpcError ? outcome.message : outcome).length <= MOST_REMEMBERED;
}

/** Reverts keep their code; the text of all other errors says what was tried. */
async function naming<T>(words: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RpcError) || error.code === rpcCode.executionReverted) throw error;
    throw failed(`${words}: ${error.message}`, { cause: error });
  }
}
