import type { ChainStore } from "../chain/store/chain-store.js";
import type { EpochRange } from "../chain/store/ranges.js";
import type { UncheckedPart } from "../chain/sync/validate-chain.js";
import {
  type Elsewhere,
  type ElsewhereOptions,
  type Found,
  type StoreValidation,
  type ValidateStoreOptions,
  validateStoreBy,
} from "../chain/sync/validate-store.js";
import { FvmError, HostFault } from "../errors.js";
import { isFunction, optional } from "../util/check.js";
import { checkedOptions, checkOption } from "../util/options.js";
import type { JobQueue } from "./job-queue.js";
import { type QueueProgress, type RangeEnd, SPREAD_CHECKS, type SpreadOptions, spread } from "./spread.js";

/** Options of `validateQueued`. */
export interface ValidateQueuedOptions
  extends Pick<ValidateStoreOptions, "from" | "to" | "again" | "maxListed" | "signal">,
    Omit<SpreadOptions, "onProgress" | "signal"> {
  /** Called when more is known to be right, in the order of epochs. */
  readonly onValidated?: ValidateStoreOptions["onProgress"];
  /** Called when more has been done, in whatever order. */
  readonly onProgress?: (progress: QueueProgress) => void;
}

/**
 * Validates the chain in a folder, as `validateStore` does and with the same result, by workers of a queue. The folder
 * says where the chain's tipsets are; blocks that execution needs are in the workers' stores. Nothing is remembered in the
 * folder: the queue remembers what was done for some days.
 *
 * Ranges that cannot be done keep no others from being done. If one is before the first difference, nobody knows whether
 * that is the first: `onRange` says which.
 *
 * @throws HostFault RANGE_FAILED: a range was tried as often as the queue tries one; FvmError CHAIN_INCOMPLETE: workers' stores
 * lack a block; as `validateStore`; what the queue throws
 */
export function validateQueued(
  store: ChainStore,
  queue: JobQueue,
  options: ValidateQueuedOptions = {},
): Promise<StoreValidation> {
  const how = checkedOptions<SpreadOptions>(options, SPREAD_CHECKS);
  checkOption("onValidated", options.onValidated, optional(isFunction));
  const elsewhere: Elsewhere = {
    hasStates: how.hasStates === true,
    validate: (_, range, piece) => validateRanges(queue, store, range, piece, how),
  };
  const { onProgress: _, onValidated, ...given } = options;
  return validateStoreBy(store, { ...given, ...(onValidated && { onProgress: onValidated }) }, elsewhere);
}

async function validateRanges(
  queue: JobQueue,
  store: ChainStore,
  whole: EpochRange,
  { first, maxListed, signal, onProgress }: ElsewhereOptions,
  how: SpreadOptions,
): Promise<Found> {
  const workOf = ({ from }: EpochRange) =>
    ({
      kind: "validate",
      takesStart: from !== first,
      ...(maxListed !== undefined && { maxListed }),
    }) as const;
  const count = { tipsets: 0, messages: 0 };
  const unchecked = new Set<UncheckedPart>();
  let undone: Error | undefined;
  for await (const ended of spread(queue, store, whole, workOf, { ...how, ...(signal && { signal }) })) {
    const failure = failureOf(ended);
    undone ??= failure;
    if (ended.end.kind !== "done") continue;
    const { outcome } = ended.end.value;
    if (outcome.kind !== "validated") continue;
    count.tipsets += outcome.tipsets;
    count.messages += outcome.messages;
    for (const part of outcome.unchecked) unchecked.add(part);
    const { difference } = outcome;
    if (difference !== undefined) return { ...count, unchecked: [...unchecked], difference };
    if (undone === undefined) onProgress?.({ epoch: ended.range.to, ...count });
  }
  if (undone !== undefined) throw undone;
  return { ...count, unchecked: [...unchecked] };
}

const REMEDY = "workers' stores need it: fvm worker --store";

/** Why a range was not done; undefined: it was. */
export function failureOf({ range, end }: RangeEnd): Error | undefined {
  if (end.kind === "failed") {
    return new HostFault("RANGE_FAILED", { ...range, tries: end.tries, reason: end.reason });
  }
  const { outcome } = end.value;
  if (outcome.kind !== "missing") return undefined;
  const { epoch, missing, cid } = outcome;
  return new FvmError("CHAIN_INCOMPLETE", { epoch, missing, cid, from: undefined, remedy: REMEDY });
}
