import { storeBlocks } from "../../blockstore/blocks.js";
import { exitCodeText } from "../../builtin/exit-codes.js";
import { type Cid, isBinaryCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Message } from "../../message/message.js";
import { throwIfAborted } from "../../util/abort.js";
import { isFlag, isFunction, isSignal, optional } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import { u64 } from "../../util/u64.js";
import { finish, Turns } from "../../util/waits.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { asFault } from "../../vm/machine/fault.js";
import type { Machine } from "../../vm/machine/machine.js";
import { askNode, checkNode, networkAt } from "./ask-node.js";
import { checkedTipset } from "./check-tipset.js";
import { cronMessage, rewardMessage } from "./implicit-messages.js";
import { machineFor } from "./machine-for.js";
import { type ChainNode, DEFAULT_BLOCK_DELAY } from "./node.js";
import { ParentState } from "./parent-state.js";
import { receiptsArray } from "./receipts.js";
import { SeenMessages } from "./seen-messages.js";
import { distinctMessages, type Selection, selectMessages } from "./select-messages.js";
import type {
  BlockMessage,
  BlockResult,
  NullRound,
  Tipset,
  TipsetBlock,
  TipsetContext,
  TipsetResult,
} from "./tipset.js";

/** Options of `executeTipset`. */
export interface ExecuteTipsetOptions {
  /** Ends the execution early, whatever it waits for; what was flushed by then are null rounds. */
  readonly signal?: AbortSignal;
  /**
   * The messages of the blocks have been selected already, as Lotus's `BlockMsgsForTipset` does: all are
   * executed but repeated ones. Default: they are selected here.
   */
  readonly selected?: boolean;
  /** Called before each message, implicit ones too. */
  readonly onMessage?: (message: Message) => void;
  /** Called with each result. */
  readonly onResult?: (result: ApplyResult) => void;
}

const CHECKS: Checks<ExecuteTipsetOptions> = {
  signal: optional(isSignal),
  selected: optional(isFlag),
  onMessage: optional(isFunction),
  onResult: optional(isFunction),
};

/**
 * Executes a tipset on the state that its parent has left, as each node of a chain does: cron for each
 * null round, then for each block its messages and its reward, then cron. Of the blocks' messages those
 * count that `selectMessages` selects.
 * Sources: lotus chain/consensus/compute_state.go `ExecuteTipSet`, `ApplyBlocks`.
 *
 * Throws `FvmError` INVALID_TIPSET if it is malformed, or a reward or cron fails; what `Machine` throws; and
 * the signal's reason.
 */
export async function executeTipset(
  node: ChainNode,
  stateRoot: Cid,
  tipset: Tipset,
  options: ExecuteTipsetOptions = {},
): Promise<TipsetResult> {
  checkNode(node);
  checkOption("stateRoot", stateRoot, isBinaryCid);
  const { signal } = checkedOptions(options, CHECKS);
  throwIfAborted(signal);
  const checked = checkedTipset(tipset, (epoch) => networkAt(node, epoch).rules);
  const { epoch, parentEpoch, blocks, ...context } = checked;
  const selections = await selectionsOf(node, stateRoot, checked, options);
  const turns = new Turns(signal);
  const nullRounds: NullRound[] = [];
  let root = stateRoot;
  for (let before = parentEpoch; before < epoch; before++) {
    if (before > parentEpoch) {
      await turns.next();
      const round = await executeNullRound(node, root, { ...context, epoch: before }, options);
      nullRounds.push(round);
      root = round.stateRoot;
    }
    root = await migrated(node, before, root, signal);
  }
  const machine = await machineFor(node, root, { ...context, epoch }, signal);
  try {
    const run = new EpochRun(machine, epoch, options, turns);
    const results: BlockResult[] = [];
    for (const [i, block] of blocks.entries()) {
      await turns.next();
      results.push(await run.block(block, selections[i] ?? []));
    }
    const cron = await run.cron();
    const receipts = results.flatMap(({ messages }) => messages.map(({ receipt }) => receipt));
    const array = receiptsArray(receipts, machine.network);
    await storeBlocks(node.blockstore, array.blocks, signal);
    const flushed = await machine.flush(signal && { signal });
    return { stateRoot: flushed, receiptsRoot: array.root, nullRounds, blocks: results, cron };
  } finally {
    machine.close();
  }
}

async function selectionsOf(
  node: ChainNode,
  stateRoot: Cid,
  tipset: Tipset,
  { signal, selected = false }: ExecuteTipsetOptions,
): Promise<Selection[]> {
  if (selected) {
    const seen = new SeenMessages();
    return distinctMessages(tipset.blocks, (message) => seen.add(message));
  }
  const state = new ParentState(node, stateRoot, tipset.parentEpoch, signal);
  try {
    return await finish(selectMessages(tipset, state), signal);
  } catch (error) {
    throw signal?.aborted === true && error === signal.reason ? error : asFault(error);
  }
}

async function migrated(
  node: ChainNode,
  epoch: number,
  stateRoot: Cid,
  signal: AbortSignal | undefined,
): Promise<Cid> {
  if (node.migrate === undefined) return stateRoot;
  const migrate = async () =>
    (await node.migrate?.(epoch, stateRoot, signal === undefined ? {} : { signal })) ?? stateRoot;
  return askNode(`migration after epoch ${epoch}`, migrate, isBinaryCid, signal);
}

async function executeNullRound(
  node: ChainNode,
  stateRoot: Cid,
  context: Omit<TipsetContext, "timestamp">,
  options: ExecuteTipsetOptions,
): Promise<NullRound> {
  const { signal } = options;
  const { epoch } = context;
  const seconds = BigInt(node.blockDelay ?? DEFAULT_BLOCK_DELAY) * BigInt(epoch);
  const timestamp = u64(BigInt.asUintN(64, BigInt(node.genesisTimestamp) + seconds));
  const machine = await machineFor(node, stateRoot, { ...context, timestamp }, signal);
  try {
    const cron = await new EpochRun(machine, epoch, options, new Turns(undefined)).cron();
    return { epoch, stateRoot: await machine.flush(signal && { signal }), cron };
  } finally {
    machine.close();
  }
}

/** The messages of one epoch, on one machine. */
class EpochRun {
  constructor(
    private readonly machine: Machine,
    private readonly epoch: number,
    private readonly options: ExecuteTipsetOptions,
    private readonly turns: Turns,
  ) {}

  async block({ miner, winCount, messages }: TipsetBlock, executed: Selection): Promise<BlockResult> {
    const results: ApplyResult[] = [];
    for (const place of executed) {
      const { message, rawLength } = messages[place] as BlockMessage;
      await this.turns.next();
      results.push(await this.execute(message, { kind: "explicit", rawLength }));
    }
    const gasReward = results.reduce((sum, { minerTip }) => sum + minerTip, 0n);
    const penalty = results.reduce((sum, result) => sum + result.penalty, 0n);
    const award = rewardMessage(this.epoch, { miner, penalty, gasReward, winCount });
    const reward = await this.implicit("reward", award);
    return { messages: results, executed, gasReward, penalty, reward };
  }

  async cron(): Promise<ApplyResult> {
    return this.implicit("cron", cronMessage(this.epoch));
  }

  private async implicit(name: string, message: Message): Promise<ApplyResult> {
    const result = await this.execute(message, { kind: "implicit", rawLength: 0 });
    const { exitCode } = result.receipt;
    if (exitCode === 0) return result;
    const reason = `${name} ends with exit code ${exitCodeText(exitCode)}`;
    throw new FvmError("INVALID_TIPSET", { epoch: this.epoch, reason });
  }

  private async execute(
    message: Message,
    how: { kind: "explicit" | "implicit"; rawLength: number },
  ): Promise<ApplyResult> {
    const { signal, onMessage, onResult } = this.options;
    // A copy: what an observer does to it is not executed.
    onMessage?.({ ...message, params: message.params.slice() });
    const result = await this.machine.execute(message, { ...how, ...(signal && { signal }) });
    onResult?.(result);
    return result;
  }
}
