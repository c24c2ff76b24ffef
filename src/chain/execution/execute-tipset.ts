import { storeBlocks } from "../../blockstore/blocks.js";
import { type Cid, isBinaryCid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import {
  NO_OUTCOME,
  type PhaseName,
  phases,
  type TipsetOutcome,
  tipsets,
} from "../../telemetry/operations.js";
import { throwIfAborted } from "../../util/abort.js";
import { is, isFlag, isFunction, isSignal, optional } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import { u64 } from "../../util/u64.js";
import { Turns } from "../../util/waits.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { Machine } from "../../vm/machine/machine.js";
import { askNode, checkNode, networkAt } from "./ask-node.js";
import { checkedTipset } from "./check-tipset.js";
import { areHelpers, type TipsetHelpers } from "./crew.js";
import { EpochRun, type SelectedBlock } from "./epoch-run.js";
import { type ChainNode, DEFAULT_BLOCK_DELAY } from "./node.js";
import { eventBlocks, receiptsArray } from "./receipts.js";
import type { Selection } from "./select-messages.js";
import { selectionsOf } from "./selections.js";
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
  /** Whether events go into the blockstore with the receipts that name them. Default: yes. */
  readonly storeEvents?: boolean;
  /**
   * Threads that execute messages of the tipset before their turn, on what those before them are expected to do: the
   * results are the same, sooner if the messages have little to do with each other. Their nodes must be like this one.
   * Tipsets whose calls use little gas, or follow each other, and messages that somebody watches (`debug`, `observer`),
   * are executed without them.
   */
  readonly pool?: TipsetHelpers;
  /** Called before each message, implicit ones too. */
  readonly onMessage?: (message: Message) => void;
  /** Called with each result. */
  readonly onResult?: (result: ApplyResult) => void;
  /**
   * Called before and after each message of a block with the machine, which it may flush: for states between messages.
   *
   * @internal
   */
  readonly aroundMessage?: (stage: "before" | "after", machine: Machine) => Promise<void>;
}

const CHECKS: Checks<ExecuteTipsetOptions> = {
  signal: optional(isSignal),
  selected: optional(isFlag),
  storeEvents: optional(isFlag),
  pool: optional(is(areHelpers, "a TipsetPool")),
  onMessage: optional(isFunction),
  onResult: optional(isFunction),
  aroundMessage: optional(isFunction),
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
  const known = checkedOptions(options, CHECKS);
  throwIfAborted(known.signal);
  const checked = checkedTipset(tipset, (epoch) => networkAt(node, epoch).rules);
  const execute = () => executeChecked(node, stateRoot, checked, known);
  if (!tipsets.isWatched) return execute();
  const facts = { epoch: checked.epoch, blocks: checked.blocks.length, isElsewhere: false };
  return tipsets.run(facts, execute, tipsetOutcome);
}

async function executeChecked(
  node: ChainNode,
  stateRoot: Cid,
  tipset: Tipset,
  options: ExecuteTipsetOptions,
): Promise<TipsetResult> {
  const { epoch, parentEpoch, blocks, ...context } = tipset;
  const { signal, storeEvents = true } = options;
  const phase = <T>(name: PhaseName, work: () => Promise<T>, at = epoch) => inPhase(at, name, work);
  const selections = await phase("select", () => selectionsOf(node, stateRoot, tipset, options));
  const turns = new Turns(signal);
  const nullRounds: NullRound[] = [];
  let root = stateRoot;
  for (let before = parentEpoch; before < epoch; before++) {
    if (before > parentEpoch) {
      await turns.next();
      const parent = root;
      const execute = () => executeNullRound(node, parent, { ...context, epoch: before }, options);
      const round = await phase("null round", execute, before);
      nullRounds.push(round);
      root = round.stateRoot;
    }
    const reached = root;
    root = await phase("migrate", () => migrated(node, before, reached, signal), before);
  }
  const selected = blocks.map((block, i) => selectedBlock(block, selections[i] ?? []));
  const begin = () => EpochRun.begin(node, root, { ...context, epoch }, selected, options);
  const run = await phase("prepare", begin);
  try {
    const results: BlockResult[] = [];
    await phase("messages", async () => {
      for (const block of selected) results.push(await run.block(block));
    });
    const cron = await phase("cron", () => run.cron());
    const applied = results.flatMap(({ messages }) => messages);
    const array = receiptsArray(
      applied.map(({ receipt }) => receipt),
      run.machine.network,
    );
    const events = storeEvents ? applied.flatMap(eventBlocks) : [];
    await phase("receipts", () => storeBlocks(node.blockstore, [...events, ...array.blocks], signal));
    const flushed = await run.machine.flush(signal && { signal });
    return { stateRoot: flushed, receiptsRoot: array.root, nullRounds, blocks: results, cron };
  } finally {
    run.close();
  }
}

function inPhase<T>(epoch: number, phase: PhaseName, work: () => Promise<T>): Promise<T> {
  return phases.isWatched ? phases.run({ epoch, phase }, work, () => NO_OUTCOME) : work();
}

/** Outcome that observers get when a tipset has ended. */
export function tipsetOutcome({ blocks, nullRounds }: TipsetResult): TipsetOutcome {
  const receipts = blocks.flatMap(({ messages }) => messages.map(({ receipt }) => receipt));
  return {
    messages: receipts.length,
    failed: receipts.filter(({ exitCode }) => exitCode !== 0).length,
    gasUsed: receipts.reduce((sum, { gasUsed }) => sum + Number(gasUsed), 0),
    nullRounds: nullRounds.length,
  };
}

function selectedBlock({ miner, winCount, messages }: TipsetBlock, executed: Selection): SelectedBlock {
  return { miner, winCount, messages: executed.map((place) => messages[place] as BlockMessage), executed };
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
  const run = await EpochRun.begin(node, stateRoot, { ...context, timestamp }, [], options);
  try {
    const cron = await run.cron();
    return { epoch, stateRoot: await run.machine.flush(signal && { signal }), cron };
  } finally {
    run.close();
  }
}
