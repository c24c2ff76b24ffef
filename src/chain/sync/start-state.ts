import { FvmError, HostFault } from "../../errors.js";
import { throwIfAborted } from "../../util/abort.js";
import { atEpoch } from "./at-epoch.js";
import { tipsetAfter } from "./main-chain.js";
import { executedStep, type RangeParts, type Step } from "./step.js";

/** The tipset before a validation begins. */
export interface Start {
  /** Undefined: the validation begins with genesis, or its parent cannot be executed. */
  readonly before?: Step | undefined;
  /** Whether the state that the first tipset is executed on is taken as it is. */
  readonly isTaken: boolean;
}

/**
 * Executes the parent of a range's first tipset, so that what it leads to can be compared with what that says. Throws
 * failures of the store, and the signal's reason.
 */
export async function startAt(
  parts: RangeParts,
  from: number,
  signal: AbortSignal | undefined,
): Promise<Start> {
  const { main } = parts;
  const options = signal === undefined ? {} : { signal };
  const first = await tipsetAfter(main, from - 1, signal);
  if (first === undefined || first.epoch === 0) return { isTaken: false };
  let { epoch } = first;
  try {
    const parent = await main.chain.parent(first, options);
    if (parent === undefined) return { isTaken: true };
    epoch = parent.epoch;
    const messages = parent.epoch === 0 ? undefined : await main.chain.messages(parent, options);
    const step = await executedStep(parts, { tipset: parent, messages }, undefined, signal);
    return step.refused === undefined ? { before: step, isTaken: false } : { isTaken: true };
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof FvmError || isLack(error)) return { isTaken: true };
    throw atEpoch(error, epoch);
  }
}

function isLack(error: unknown): boolean {
  return error instanceof HostFault && error.code === "BLOCK_NOT_FOUND";
}
