import { type ChainTipset, firstHeader } from "../../../chain/history/chain-tipset.js";
import type { Cid } from "../../../encoding/cid.js";
import type { HeadChange } from "../../chain/main-index.js";

/** A tipset that a change of the head adds or takes away. */
export interface HeadStep {
  readonly isRevert: boolean;
  /** Its key. */
  readonly head: readonly Cid[];
  /** Key of its parent: what became of the parent's messages is known once it is there. */
  readonly base: readonly Cid[];
}

/** A change of the head, step by step, as Lotus tells it. */
export function headSteps({ revert, apply }: HeadChange): HeadStep[] {
  return [...revert.map((tipset) => step(tipset, true)), ...apply.map((tipset) => step(tipset, false))];
}

/**
 * As `headSteps`, without what is taken away only to be added again: the results of a parent on which one tipset takes
 * another's place stay what they are.
 */
export function lastingSteps(change: HeadChange): HeadStep[] {
  const name = ({ base }: HeadStep) => base.join("");
  const steps = headSteps(change);
  const reverted = new Set(steps.filter(({ isRevert }) => isRevert).map(name));
  const applied = new Set(steps.filter(({ isRevert }) => !isRevert).map(name));
  return steps.filter((one) => !(reverted.has(name(one)) && applied.has(name(one))));
}

function step(tipset: ChainTipset, isRevert: boolean): HeadStep {
  return { isRevert, head: tipset.key, base: firstHeader(tipset).parents };
}
