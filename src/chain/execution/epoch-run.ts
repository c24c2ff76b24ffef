import { exitCodeText } from "../../builtin/exit-codes.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Message } from "../../message/message.js";
import { Turns } from "../../util/waits.js";
import { type ApplyKind, type ApplyResult, isSenderRefused } from "../../vm/executor/apply-result.js";
import { Machine } from "../../vm/machine/machine.js";
import type { PlacedMessage } from "../../vm/parallel/placed-message.js";
import type { EpochPlace } from "../parallel/plan.js";
import { nodeFailed } from "./ask-node.js";
import { beginSchedule, type HelpedEpoch, type HelpedRun, isWorthCrew } from "./begin-schedule.js";
import type { ExecuteTipsetOptions } from "./execute-tipset.js";
import { cronMessage, rewardMessage } from "./implicit-messages.js";
import { machineOptionsFor } from "./machine-for.js";
import type { ChainNode } from "./node.js";
import type { EpochPlan, EpochPrefetch } from "./prefetch.js";
import type { Selection } from "./select-messages.js";
import type { BlockMessage, BlockResult, TipsetBlock, TipsetContext } from "./tipset.js";

type EpochOptions = Pick<
  ExecuteTipsetOptions,
  "signal" | "onMessage" | "onResult" | "aroundMessage" | "pool"
>;

/** A block with its messages that are to be executed. */
export interface SelectedBlock extends Pick<TipsetBlock, "miner" | "winCount"> {
  readonly messages: readonly BlockMessage[];
  /** Their places in the whole block. */
  readonly executed: Selection;
}

/** The messages of one epoch, on one machine. */
export class EpochRun {
  /** Messages that have begun. */
  #begun = 0;

  private constructor(
    readonly machine: Machine,
    private readonly epoch: number,
    private readonly options: EpochOptions,
    private readonly ahead: EpochPrefetch | undefined,
    private readonly turns: Turns,
    /** Threads that execute messages before their turn. */
    private help: HelpedRun | undefined,
  ) {}

  /** Throws as `machineOptionsFor` and `Machine.create`. */
  static async begin(
    node: ChainNode,
    stateRoot: Cid,
    context: TipsetContext,
    blocks: readonly SelectedBlock[],
    options: EpochOptions,
  ): Promise<EpochRun> {
    const { signal } = options;
    const { epoch } = context;
    const machineOptions = await machineOptionsFor(node, stateRoot, context, signal);
    const ahead = prefetchOf(node, {
      epoch,
      machine: machineOptions,
      miners: blocks.map(({ miner }) => miner),
      messages: () => plannedMessages(epoch, blocks),
    });
    const { blockstore } = ahead ?? machineOptions;
    const ownOptions = { ...machineOptions, blockstore };
    let machine: Machine | undefined;
    try {
      machine = await Machine.create({ ...ownOptions, ...(signal && { signal }) });
      const help = await helpFor({ machine, options: ownOptions, stateRoot, context, blocks }, options);
      return new EpochRun(machine, epoch, options, ahead, new Turns(signal), help);
    } catch (error) {
      machine?.close();
      ahead?.end();
      throw error;
    }
  }

  async block({ miner, winCount, messages, executed }: SelectedBlock): Promise<BlockResult> {
    await this.turns.next();
    const results: ApplyResult[] = [];
    for (const { message, rawLength, isUnsigned = false } of messages) {
      await this.turns.next();
      await this.options.aroundMessage?.("before", this.machine);
      results.push(await this.#execute(message, isUnsigned ? BY_ANYBODY : BY_SENDER, rawLength));
      await this.options.aroundMessage?.("after", this.machine);
    }
    const gasReward = results.reduce((sum, { minerTip }) => sum + minerTip, 0n);
    const penalty = results.reduce((sum, result) => sum + result.penalty, 0n);
    const award = rewardMessage(this.epoch, { miner, penalty, gasReward, winCount });
    const reward = await this.#implicit("reward", award);
    return { messages: results, executed, gasReward, penalty, reward };
  }

  async cron(): Promise<ApplyResult> {
    this.#endHelp();
    return this.#implicit("cron", cronMessage(this.epoch));
  }

  close(): void {
    this.#endHelp();
    this.ahead?.end();
    this.machine.close();
  }

  #endHelp(): void {
    this.help?.end();
    this.help = undefined;
  }

  async #implicit(name: string, message: Message): Promise<ApplyResult> {
    const result = await this.#execute(message, BY_NETWORK, 0);
    const { exitCode } = result.receipt;
    if (exitCode === 0) return result;
    const reason = `${name} ends with exit code ${exitCodeText(exitCode)}`;
    throw new FvmError("INVALID_TIPSET", { epoch: this.epoch, reason });
  }

  /** @param kinds the next one counts if the sender is of a kind that sends no messages */
  async #execute(
    message: Message,
    kinds: readonly [ApplyKind, ...ApplyKind[]],
    rawLength: number,
  ): Promise<ApplyResult> {
    const { onMessage, onResult } = this.options;
    const place = this.#begun++;
    this.ahead?.reached(place);
    // A copy: what an observer does to it is not executed.
    onMessage?.({ ...message, params: message.params.slice() });
    const [kind, ...others] = kinds;
    const placed = { place, message, rawLength };
    let result = await this.#apply(placed, kind);
    for (const other of others) if (isSenderRefused(result)) result = await this.#apply(placed, other);
    onResult?.(result);
    return result;
  }

  #apply(placed: PlacedMessage, kind: ApplyKind): Promise<ApplyResult> {
    const { signal } = this.options;
    if (this.help !== undefined) return this.help.schedule.execute(placed, kind, signal);
    const { message, rawLength } = placed;
    return this.machine.execute(message, { kind, rawLength, ...(signal && { signal }) });
  }
}

/** Help of the pool's threads, if it is worth it. Who watches messages at work sees them one after the other. */
async function helpFor(
  { blocks, ...epoch }: Omit<HelpedEpoch, "places"> & { readonly blocks: readonly SelectedBlock[] },
  { pool, aroundMessage, signal }: EpochOptions,
): Promise<HelpedRun | undefined> {
  const { debug, observer } = epoch.options;
  const isWatched = debug !== undefined || observer !== undefined || aroundMessage !== undefined;
  if (pool === undefined || isWatched) return undefined;
  const places = blocks.flatMap(({ miner, messages }): EpochPlace[] => [...messages, { miner }]);
  return (await isWorthCrew(pool.crew, places))
    ? beginSchedule(pool.crew, { ...epoch, places }, signal)
    : undefined;
}

/** Kinds of messages in blocks, and of the network's own. */
const BY_SENDER = ["explicit"] as const;
const BY_ANYBODY = ["explicit", "implicit"] as const;
const BY_NETWORK = ["implicit"] as const;

function prefetchOf(node: ChainNode, plan: EpochPlan): EpochPrefetch | undefined {
  try {
    return node.prefetch?.begin(plan);
  } catch (cause) {
    throw nodeFailed(`prefetch of epoch ${plan.epoch}`, cause);
  }
}

/** In order of execution. What blocks earn is not known yet. */
function plannedMessages(epoch: number, blocks: readonly SelectedBlock[]): Message[] {
  const messages = blocks.flatMap(({ miner, winCount, messages }) => [
    ...messages.map(({ message }) => message),
    rewardMessage(epoch, { miner, winCount, penalty: 0n, gasReward: 0n }),
  ]);
  return [...messages, cronMessage(epoch)];
}
