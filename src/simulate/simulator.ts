import type { Address } from "../address/address.js";
import { cidText } from "../encoding/cid.js";
import { FvmError, HostFault } from "../errors.js";
import { storedLength } from "../message/message.js";
import { isArray, isFlag, isSignal, iterable, oneOf, optional } from "../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../util/options.js";
import { Turns } from "../util/waits.js";
import { onChainMessage } from "../vm/gas/charges.js";
import { createChecked, type Machine } from "../vm/machine/machine.js";
import { checkedMachineOptions, type MachineOptions } from "../vm/machine/options.js";
import { type NetworkVersion, networkVersion } from "../vm/network/version.js";
import type { StateDiff } from "../vm/state-tree/state-diff.js";
import { amendmentOf } from "./amend.js";
import { type BlockOverride, withBlock } from "./block.js";
import { type Execution, estimate, type GasEstimate, type SameAs } from "./estimate.js";
import { type LotusGasEstimate, lotusEstimate } from "./lotus-estimate.js";
import { type SimulatedMessage, type WholeMessage, wholeMessage } from "./message.js";
import { checkedOverrides, type Overrides } from "./overrides.js";
import { type RunOptions, type SimulatedResult, SimulationRun } from "./run.js";

/** State and block that messages are simulated in: a machine's options. */
export type SimulatorOptions = Omit<MachineOptions, "signal" | "observer">;

/** Changes to the block and to the state. */
export interface SimulationSetting {
  /** The block that the messages are in. Default: as the simulator's options say. */
  readonly block?: BlockOverride;
  /** Actors that are to be otherwise. Default: none, which costs nothing. */
  readonly overrides?: Overrides;
  /** Gives the simulation up. */
  readonly signal?: AbortSignal;
}

/** Options of `Simulator.call` and `Simulator.simulate`. */
export interface SimulationOptions extends SimulationSetting {
  /** Whether each result has a trace. */
  readonly trace?: boolean;
  /** Whether each result tells what its message has changed, and the simulation what all have. */
  readonly changes?: boolean;
}

/** Options of `Simulator.estimateGas`. */
export interface EstimateOptions extends SimulationSetting {
  /** Parts of the result that must be the same as with the most gas. Default: `outcome`. */
  readonly same?: SameAs;
}

/** Results of simulated messages. */
export interface Simulation {
  /** One for each message. */
  readonly results: readonly SimulatedResult[];
  /** Changes of all messages to the state with its overrides; only if they were asked for. */
  readonly changes: StateDiff | undefined;
}

/**
 * As `Simulator.simulate`, but answers what `look` finds on the machine before it is closed. For parts of this
 * package only.
 *
 * @param check is told each result; an error of its own ends the simulation
 */
export let simulateAndLook: <T>(
  simulator: Simulator,
  messages: readonly SimulatedMessage[],
  options: SimulationOptions,
  look: (machine: Machine, simulation: Simulation) => Promise<T>,
  check?: (result: SimulatedResult) => void,
) => Promise<T>;

const SETTING: Checks<SimulationSetting> = {
  block: optional((value) =>
    typeof value === "object" && value !== null ? undefined : "it is not an object",
  ),
  overrides: optional(iterable("an iterable of addresses and overrides")),
  signal: optional(isSignal),
};
const SIMULATION: Checks<SimulationOptions> = {
  ...SETTING,
  trace: optional(isFlag),
  changes: optional(isFlag),
};
const ESTIMATE: Checks<EstimateOptions> = {
  ...SETTING,
  same: optional(oneOf("exitCode", "outcome", "calls")),
};
const NO_OPTIONS = Object.freeze({});

/** Options with each read once. Throws `FvmError` INVALID_OPTION, also on one that there is not. */
export function checkedSimulationOptions(options: SimulationOptions): SimulationOptions {
  return checkedOptionsOnly(options, SIMULATION);
}

/** As `checkedSimulationOptions`. */
export function checkedEstimateOptions(options: EstimateOptions): EstimateOptions {
  return checkedOptionsOnly(options, ESTIMATE);
}

/** As `checkedSimulationOptions`. */
export function checkedSetting(options: SimulationSetting): SimulationSetting {
  return checkedOptionsOnly(options, SETTING);
}

/**
 * Tries messages on a state. Nothing is ever written to the blockstore, and no message is signed: anybody may be the
 * sender. Each call begins on the same state; any number may run at a time.
 *
 * All methods throw `FvmError` INVALID_OPTION, INVALID_MESSAGE, INVALID_STATE also if the store lacks the state root;
 * `HostFault`; and the signal's reason.
 */
export class Simulator {
  private readonly options: SimulatorOptions;
  private readonly network: NetworkVersion;

  /** Throws `FvmError` INVALID_OPTION, UNKNOWN_NETWORK_VERSION. */
  constructor(options: SimulatorOptions) {
    const { signal, observer, ...checked } = checkedMachineOptions(options);
    const { network } = checked;
    this.network = typeof network === "number" ? networkVersion(network) : network;
    this.options = checked;
  }

  static {
    simulateAndLook = (simulator, messages, options, look, check) =>
      simulator.simulateThen(messages, options, look, check);
  }

  /** The result that a message would have. A message that fails has a receipt, too. */
  async call(message: SimulatedMessage, options: SimulationOptions = NO_OPTIONS): Promise<SimulatedResult> {
    const { results } = await this.simulate([message], options);
    return results[0] as SimulatedResult;
  }

  /** The results that messages would have, one after the other. */
  async simulate(
    messages: readonly SimulatedMessage[],
    options: SimulationOptions = NO_OPTIONS,
  ): Promise<Simulation> {
    return this.simulateThen(messages, options, async (_, simulation) => simulation);
  }

  private async simulateThen<T>(
    messages: readonly SimulatedMessage[],
    options: SimulationOptions,
    look: (machine: Machine, simulation: Simulation) => Promise<T>,
    check?: (result: SimulatedResult) => void,
  ): Promise<T> {
    const { trace = false, changes = false, ...setting } = checkedSimulationOptions(options);
    checkOption("messages", messages, isArray);
    const whole = Array.from(messages, (message) => this.whole(message));
    const { signal } = setting;
    return this.onMachine(this.scene(setting), { trace, changes, signal }, async (run, machine) => {
      const results: SimulatedResult[] = [];
      const turns = new Turns(signal);
      for (const message of whole) {
        await turns.next();
        const result = await run.execute(message);
        check?.(result);
        results.push(result);
      }
      const wait = signal === undefined ? NO_OPTIONS : { signal };
      return look(machine, { results, changes: changes ? await machine.changes(wait) : undefined });
    });
  }

  /**
   * The least gas limit with which a message does the same as with its own limit, or that of a block: with one unit less
   * it does not. If more gas can be worse, there may be a lesser limit elsewhere.
   *
   * Throws also `FvmError` NO_GAS_ESTIMATE if even so the message fails before it begins, or runs out of gas.
   */
  async estimateGas(message: SimulatedMessage, options: EstimateOptions = NO_OPTIONS): Promise<GasEstimate> {
    const { same = "outcome", ...setting } = checkedEstimateOptions(options);
    const whole = this.whole(message);
    const scene = this.scene(setting);
    const asking = { trace: false, changes: false, signal: setting.signal };
    const signer = await this.onMachine(scene, asking, (run) => run.signerOf(whole.message.from));
    return estimate(
      {
        execute: this.executionOf(scene, whole, setting.signal),
        gasLimit: Math.min(Number(whole.message.gasLimit), Number.MAX_SAFE_INTEGER),
        affordable: () => this.affordableGas(scene, whole, setting.signal),
        inclusion: (gasLimit) => this.inclusionOf(whole, signer, gasLimit),
      },
      same,
    );
  }

  /**
   * The gas limits that Lotus would give. Throws also `FvmError` NO_GAS_ESTIMATE if the message fails: Lotus estimates
   * no such message.
   */
  async estimateGasLikeLotus(
    message: SimulatedMessage,
    options: SimulationSetting = NO_OPTIONS,
  ): Promise<LotusGasEstimate> {
    const setting = checkedSetting(options);
    const whole = this.whole(message);
    return lotusEstimate(this.executionOf(this.scene(setting), whole, setting.signal));
  }

  private whole(message: SimulatedMessage): WholeMessage {
    return wholeMessage(message, this.network.rules);
  }

  /** Makes a machine on the state with its overrides, as often as one is needed. */
  private scene({ block, overrides, signal }: SimulationSetting): () => Promise<Machine> {
    const given = block === undefined ? this.options : checkedMachineOptions(withBlock(this.options, block));
    const options = signal === undefined ? given : { ...given, signal };
    const amendment = overrides === undefined ? undefined : amendmentOf(checkedOverrides(overrides));
    return () => createChecked(options, amendment);
  }

  /** Executes a message with any limit, each time on a machine of its own. */
  private executionOf(
    scene: () => Promise<Machine>,
    whole: WholeMessage,
    signal: AbortSignal | undefined,
  ): Execution {
    const turns = new Turns(signal);
    return async (gasLimit, trace) => {
      await turns.next();
      return this.onMachine(scene, { trace, changes: false, signal }, (run) =>
        run.execute({ ...whole, message: { ...whole.message, gasLimit } }),
      );
    };
  }

  /** Milligas that it costs to include the message with this limit in the chain. */
  private inclusionOf({ message, rawLength }: WholeMessage, signer: Address, gasLimit: number): number {
    const length = rawLength ?? storedLength({ ...message, gasLimit }, signer);
    const { compute, other } = onChainMessage(this.network.priceList, length);
    return Number(compute) + Number(other);
  }

  /** Gas that the message's sender can pay for, beside the value that it sends. */
  private async affordableGas(
    scene: () => Promise<Machine>,
    { message: { from, gasFeeCap, value } }: WholeMessage,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    if (gasFeeCap === 0n) return Number.POSITIVE_INFINITY;
    const options = { trace: false, changes: false, signal };
    const sender = await this.onMachine(scene, options, (_, machine) => machine.getActor(from));
    return Number(((sender?.balance ?? 0n) - value) / gasFeeCap);
  }

  private async onMachine<T>(
    scene: () => Promise<Machine>,
    options: RunOptions,
    act: (run: SimulationRun, machine: Machine) => Promise<T>,
  ): Promise<T> {
    using machine = await this.opened(scene);
    return await act(new SimulationRun(machine, options), machine);
  }

  private async opened(scene: () => Promise<Machine>): Promise<Machine> {
    try {
      return await scene();
    } catch (cause) {
      const cid = cidText(this.options.stateRoot);
      if (!isMissing(cause, cid)) throw cause;
      throw new FvmError("INVALID_STATE", { reason: "the store lacks the state root", cid }, { cause });
    }
  }
}

function isMissing(error: unknown, cid: string): boolean {
  if (!(error instanceof HostFault) || error.code !== "BLOCK_NOT_FOUND") return false;
  return (error.details as HostFault<"BLOCK_NOT_FOUND">["details"]).cid === cid;
}
