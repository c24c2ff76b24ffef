import type { Cid } from "../../encoding/cid.js";
import { FvmError, isFvmError } from "../../errors.js";
import { throwIfAborted } from "../../util/abort.js";
import type { ChainNode } from "../execution/node.js";
import type { TipsetResult } from "../execution/tipset.js";
import { type ChainTipset, firstHeader, isSameTipset } from "../history/chain-tipset.js";
import { type IndexedTipset, indexedTipsets } from "../history/epoch-index.js";
import type { ChainNetwork } from "../networks/networks.js";
import { executeChainTipset } from "../node/execute-chain-tipset.js";
import type { BlockMessages } from "../types/message-meta.js";
import type { BlockValidator } from "../validation/block-validator.js";
import { type RefusedBlock, refusal } from "../validation/refusal.js";
import { type Outcome, outcomeRefusal } from "../validation/state-checks.js";
import type { PreparedTipset } from "../validation/validation.js";
import { LookAhead } from "./look-ahead.js";
import { type MainChain, tipsetAfter } from "./main-chain.js";
import { incompleteAt, missingCid } from "./start.js";

/** Tipsets that are read, and whose signatures are checked, beside the one that is executed. */
const LOOK_AHEAD = 8;

/** Tools with which a range is validated. */
export interface RangeParts {
  readonly main: MainChain;
  readonly network: ChainNetwork;
  readonly node: ChainNode;
  readonly validator: BlockValidator;
}

/** A tipset that was executed. */
export interface Executed {
  readonly tipset: ChainTipset;
  readonly messages: readonly BlockMessages[];
  readonly result: TipsetResult;
}

/** A block that is not what it should be. */
export interface FoundRefusal extends RefusedBlock {
  readonly tipset: ChainTipset;
  /** The tipset before, if it was executed here. */
  readonly executed: Executed | undefined;
}

/** Options of `validateRange`. */
export interface RangeOptions {
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal;
  /** Called after each tipset that is known to be right: what it led to is what the next one's headers say. */
  readonly onTipset?: (tipset: ChainTipset, messages: number) => void | Promise<void>;
}

/**
 * The first block of some epochs that is not valid; undefined: all are. Tipsets are validated and executed one after the
 * other. The state that the first one is executed on is taken as it is. What
 * the last one leads to is compared with the headers on top of it, if there are any.
 */
export async function validateRange(
  parts: RangeParts,
  { from, to, signal, onTipset }: RangeOptions,
): Promise<FoundRefusal | undefined> {
  const { main } = parts;
  const options = signal === undefined ? {} : { signal };
  let before: Step | undefined;
  const confirm = ({ tipset, messages }: Step) => onTipset?.(tipset, messages);
  const places = indexedTipsets(main.index, { from, to }, signal);
  const prepare = ({ epoch, key }: IndexedTipset) =>
    onWhole(parts, epoch, "header or message", prepared(parts, key, options), signal);
  const ahead = new LookAhead(places, prepare, LOOK_AHEAD);
  for await (const next of ahead) {
    throwIfAborted(signal);
    if (before !== undefined && !isSameTipset(before.tipset.key, firstHeader(next.tipset).parents)) {
      throw new FvmError("INVALID_TIPSET", {
        epoch: next.tipset.epoch,
        reason: "its parents are not of the chain",
      });
    }
    const { epoch } = next.tipset;
    const step = await onWhole(
      parts,
      epoch,
      "block of a state",
      stepOf(parts, next, before?.outcome, signal),
      signal,
    );
    if (step.refused !== undefined) {
      return { ...step.refused, tipset: next.tipset, executed: before?.executed };
    }
    if (before !== undefined) await confirm(before);
    before = step;
  }
  if (before === undefined) return undefined;
  const child = await tipsetAfter(main, before.tipset.epoch, signal);
  const refused = child && refusedChild(child, before);
  if (child !== undefined && refused !== undefined) {
    return { ...refused, tipset: child, executed: before.executed };
  }
  await confirm(before);
  return undefined;
}

/** Waits for work on a tipset. Throws `FvmError` CHAIN_INCOMPLETE if it needs a block that the store lacks. */
async function onWhole<T>(
  { main, network }: RangeParts,
  epoch: number,
  missing: string,
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const cid = missingCid(error);
    if (cid === undefined) throw error;
    throw await incompleteAt(main, network, epoch, { missing, cid }, signal === undefined ? {} : { signal });
  }
}

/** A tipset that was validated and executed. What it led to, the next one has to confirm. */
interface Step {
  readonly tipset: ChainTipset;
  readonly outcome: Outcome;
  /** Messages that were executed. */
  readonly messages: number;
  /** Undefined: it is genesis. */
  readonly executed: Executed | undefined;
}

type StepOrRefusal = (Step & { readonly refused?: undefined }) | { readonly refused: RefusedBlock };

/** Genesis has nothing to be prepared. */
type Next = PreparedTipset | { readonly tipset: ChainTipset; readonly blocks?: undefined };

async function prepared(
  { main, validator }: RangeParts,
  key: readonly Cid[],
  options: { readonly signal?: AbortSignal },
): Promise<Next> {
  const tipset = await main.chain.tipset(key, options);
  return tipset.epoch === 0 ? { tipset } : validator.prepare(tipset, options);
}

async function stepOf(
  parts: RangeParts,
  next: Next,
  before: Outcome | undefined,
  signal: AbortSignal | undefined,
): Promise<StepOrRefusal> {
  const { tipset } = next;
  const outcome = before ?? claimedBy(tipset);
  if (next.blocks === undefined) return { tipset, outcome, messages: 0, executed: undefined };
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  try {
    const validating = parts.validator.validate(next, outcome, { signal: both });
    // Signatures are checked on other threads while this one executes.
    const executing = execute(parts, next, both);
    executing.catch(() => undefined);
    const refused = await validating;
    return refused === undefined ? await executing : { refused };
  } finally {
    stop.abort();
  }
}

/** Roots that a tipset's headers say its parents have led to. For genesis this is the state that it begins with. */
function claimedBy(tipset: ChainTipset): Outcome {
  const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(tipset);
  return { stateRoot, receiptsRoot };
}

async function execute(
  { main, node }: RangeParts,
  { tipset, blocks }: PreparedTipset,
  signal: AbortSignal,
): Promise<StepOrRefusal> {
  const refused = (reason: string) => ({
    refused: { block: tipset.key[0] as Cid, refusal: refusal("NOT_EXECUTABLE", { reason }) },
  });
  const messages = blocks.flatMap((block) => block.messages ?? []);
  if (messages.length < blocks.length) return refused("messages cannot be read");
  try {
    const result = await executeChainTipset(node, main.chain, tipset, { messages, signal });
    const count = result.blocks.reduce((sum, block) => sum + block.messages.length, 0);
    return { tipset, outcome: result, messages: count, executed: { tipset, messages, result } };
  } catch (error) {
    if (!isFvmError(error, "INVALID_TIPSET")) throw error;
    return refused(error.details.reason);
  }
}

function refusedChild(child: ChainTipset, { outcome }: Step): RefusedBlock | undefined {
  for (const [i, header] of child.headers.entries()) {
    const refusal = outcomeRefusal(header, outcome);
    if (refusal !== undefined) return { block: child.key[i] as Cid, refusal };
  }
  return undefined;
}
