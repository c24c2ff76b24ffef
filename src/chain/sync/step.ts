import type { Cid } from "../../encoding/cid.js";
import { isFvmError } from "../../errors.js";
import type { TipsetHelpers } from "../execution/crew.js";
import type { ChainNode } from "../execution/node.js";
import type { TipsetResult } from "../execution/tipset.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import type { ChainNetwork } from "../networks/networks.js";
import { executeChainTipset } from "../node/execute-chain-tipset.js";
import type { BlockMessages } from "../types/message-meta.js";
import { type RefusedBlock, refusal } from "../validation/refusal.js";
import { type Outcome, outcomeRefusal } from "../validation/state-checks.js";
import type { MainChain } from "./main-chain.js";
import type { ReadTipset, TipsetChecks } from "./tipset-checks.js";

/** Tools with which a range is validated. */
export interface RangeParts {
  readonly main: MainChain;
  readonly network: ChainNetwork;
  readonly node: ChainNode;
  readonly checks: TipsetChecks;
  /** Threads that execute messages before their turn. */
  readonly pool?: TipsetHelpers | undefined;
}

/** A tipset that was executed. */
export interface Executed {
  readonly tipset: ChainTipset;
  readonly messages: readonly BlockMessages[];
  readonly result: TipsetResult;
}

/** A tipset that was executed. What it led to, the next one has to confirm. */
export interface Step {
  readonly tipset: ChainTipset;
  readonly outcome: Outcome;
  /** Messages that were executed. */
  readonly messages: number;
  /** Undefined: it is genesis. */
  readonly executed: Executed | undefined;
}

export type StepOrRefusal = (Step & { readonly refused?: undefined }) | { readonly refused: RefusedBlock };

/** Roots that a tipset's headers say its parents have led to. For genesis this is the state that it begins with. */
export function claimedBy(tipset: ChainTipset): Outcome {
  const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(tipset);
  return { stateRoot, receiptsRoot };
}

/** Executes a tipset. Genesis is what it leads to itself. @param before outcome of the parents, if it is known */
export async function executedStep(
  { main, node, pool }: RangeParts,
  { tipset, messages }: ReadTipset,
  before: Outcome | undefined,
  signal: AbortSignal | undefined,
): Promise<StepOrRefusal> {
  const refused = (reason: string) => ({
    refused: { block: tipset.key[0] as Cid, refusal: refusal("NOT_EXECUTABLE", { reason }) },
  });
  if (tipset.epoch === 0) return { tipset, outcome: claimedBy(tipset), messages: 0, executed: undefined };
  if (before !== undefined && outcomeRefusal(firstHeader(tipset), before) !== undefined) {
    return refused("it is on another state");
  }
  if (messages === undefined) return refused("messages cannot be read");
  try {
    const result = await executeChainTipset(node, main.chain, tipset, {
      messages,
      ...(pool && { pool }),
      ...(signal && { signal }),
    });
    const count = result.blocks.reduce((sum, block) => sum + block.messages.length, 0);
    return { tipset, outcome: result, messages: count, executed: { tipset, messages, result } };
  } catch (error) {
    if (!isFvmError(error, "INVALID_TIPSET")) throw error;
    return refused(error.details.reason);
  }
}
