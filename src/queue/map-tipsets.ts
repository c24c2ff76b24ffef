import type { ChainStore } from "../chain/store/chain-store.js";
import { checkRange, firstExecutable } from "../chain/sync/validate-chain.js";
import { FvmError } from "../errors.js";
import { isCount, isText, optional } from "../util/check.js";
import { checkedOptions, checkOption } from "../util/options.js";
import type { MappedTipset } from "./job.js";
import type { JobQueue } from "./job-queue.js";
import { SPREAD_CHECKS, type SpreadOptions, spread } from "./spread.js";
import { failureOf } from "./validate-queued.js";

/** Options of `mapTipsets`. */
export interface MapTipsetsOptions extends SpreadOptions {
  /** First epoch. Default: the first one whose network version can be executed. */
  readonly from?: number;
  /** Last epoch. Default: the head's. */
  readonly to?: number;
  /** Version that the module has to have on each worker. Results of others are not taken. Default: any. */
  readonly version?: string;
}

/**
 * Has a module's function called for each tipset of a chain, by workers of a queue, and yields what it returns in the order
 * of epochs: once for each tipset that was executed, so not for genesis. Workers execute the tipsets, and compare what
 * comes out with what the next headers say; they do not check blocks. A function may be called more often than its result is
 * taken, such as after a worker was killed.
 *
 * @param module name by which workers know it: `fvm worker --module NAME=FILE`
 * @throws FvmError CHAIN_DIFFERS: a tipset leads to something else than the chain says; INVALID_OPTION, CHAIN_INCOMPLETE;
 * HostFault RANGE_FAILED, also if the function throws; what the queue throws; the signal's reason
 */
export async function* mapTipsets(
  store: ChainStore,
  queue: JobQueue,
  module: string,
  options: MapTipsetsOptions = {},
): AsyncGenerator<MappedTipset, undefined> {
  checkOption("module", module, isText);
  const {
    from: first,
    to: last,
    version,
    ...how
  } = checkedOptions(options, {
    ...SPREAD_CHECKS,
    from: optional(isCount),
    to: optional(isCount),
    version: optional(isText),
  });
  const { epoch } = await store.head();
  const range = { from: first ?? firstExecutable(store.network), to: last ?? epoch };
  checkRange(range, epoch);
  const work = { kind: "map", module, ...(version !== undefined && { version }) } as const;
  for await (const ended of spread(queue, store, range, () => work, how)) {
    const failure = failureOf(ended);
    if (failure !== undefined) throw failure;
    if (ended.end.kind !== "done" || ended.end.value.outcome.kind !== "mapped") continue;
    const { values, difference } = ended.end.value.outcome;
    yield* values;
    if (difference !== undefined) {
      throw new FvmError("CHAIN_DIFFERS", { epoch: difference.epoch, reason: difference.refusal.text });
    }
  }
}
