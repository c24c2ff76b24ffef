import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { throwIfAborted } from "../../util/abort.js";
import { type ChainTipset, firstHeader, isSameTipset } from "../history/chain-tipset.js";
import { type IndexedTipset, indexedTipsets } from "../history/epoch-index.js";
import { expectChainTipset } from "../node/expect-chain-tipset.js";
import type { EpochRange } from "../store/ranges.js";
import type { RefusedBlock } from "../validation/refusal.js";
import { outcomeRefusal } from "../validation/state-checks.js";
import { atEpoch } from "./at-epoch.js";
import { LookAhead } from "./look-ahead.js";
import { tipsetAfter } from "./main-chain.js";
import { incompleteAt, missingCid } from "./start.js";
import {
  claimedBy,
  type Executed,
  executedStep,
  type RangeParts,
  type Step,
  type StepOrRefusal,
} from "./step.js";
import type { BegunTipset } from "./tipset-checks.js";

/** Tipsets whose checks have begun before their turn to be executed: those whose signatures are checked together, twice. */
const LOOK_AHEAD = 16;
/**
 * Tipsets that are executed although those before are still being checked. Their signatures take as long as executing some
 * of them, and writes come in between.
 */
const MOST_UNCHECKED = 32;

/** A block that is not what it should be. */
export interface FoundRefusal extends RefusedBlock {
  readonly tipset: ChainTipset;
  /** The tipset before, if it was executed here. */
  readonly executed: Executed | undefined;
}

/** Options of `validateRange`. */
export interface RangeOptions extends EpochRange {
  /** The tipset before, which is not validated itself. Default: what the first one says of it is taken as it is. */
  readonly before?: Step | undefined;
  readonly signal?: AbortSignal;
  /** Called after each tipset that is known to be right: what it led to is what the next one's headers say. */
  readonly onTipset?: (step: Step) => void | Promise<void>;
}

/**
 * The first block of some epochs that is not valid; undefined: all are. Tipsets are executed one after the other, and
 * checked meanwhile. What the last one leads to is compared with the headers on top of it, if there are any.
 */
export async function validateRange(
  parts: RangeParts,
  { from, to, before, signal, onTipset }: RangeOptions,
): Promise<FoundRefusal | undefined> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  try {
    return await new RangeValidation(parts, before, both, onTipset).run({ from, to });
  } finally {
    stop.abort();
  }
}

/** A tipset that is being checked. */
interface Unchecked {
  readonly tipset: ChainTipset;
  readonly before: Step | undefined;
  readonly verdict: Promise<RefusedBlock | undefined>;
  readonly executing: Promise<StepOrRefusal>;
}

class RangeValidation {
  /** In order. */
  readonly #unchecked: Unchecked[] = [];
  #last: Step | undefined;

  constructor(
    private readonly parts: RangeParts,
    private readonly begin: Step | undefined,
    private readonly signal: AbortSignal,
    private readonly onTipset: RangeOptions["onTipset"],
  ) {
    this.#last = begin;
  }

  async run(range: EpochRange): Promise<FoundRefusal | undefined> {
    const { signal } = this;
    const places = indexedTipsets(this.parts.main.index, range, signal);
    const begin = async ({ epoch, key }: IndexedTipset) => {
      const begun = this.parts.checks.begin(key, signal);
      return { epoch, begun, expected: heard(this.#expect(begun)) };
    };
    for await (const { epoch, begun, expected } of new LookAhead(places, begin, LOOK_AHEAD)) {
      throwIfAborted(signal);
      const found = await this.#step(epoch, begun, expected);
      if (found !== undefined) return found;
    }
    this.parts.checks.end?.();
    return (await this.#settle(0)) ?? this.#end();
  }

  /** Tells who fetches ahead of a tipset, if anybody does. */
  async #expect(begun: BegunTipset): Promise<void> {
    const { node } = this.parts;
    if (node.prefetch === undefined) return;
    const { tipset, messages } = await begun.read();
    if (tipset.epoch > 0 && messages !== undefined) expectChainTipset(node, tipset, messages, this.signal);
  }

  async #step(epoch: number, begun: BegunTipset, expected: Promise<void>): Promise<FoundRefusal | undefined> {
    let isExecuted: boolean;
    try {
      isExecuted = await this.#take(epoch, begun, expected);
    } catch (error) {
      const found = await this.#settle(0);
      if (found !== undefined) return found;
      throw error;
    }
    return this.#settle(isExecuted ? MOST_UNCHECKED : 0);
  }

  /** Executes a tipset. @returns false if that is not possible, which its checks or its execution say */
  async #take(epoch: number, begun: BegunTipset, expected: Promise<void>): Promise<boolean> {
    const before = this.#last;
    const next = await this.#whole(epoch, "header or message", begun.read());
    await expected;
    const { tipset } = next;
    if (before !== undefined && !isSameTipset(before.tipset.key, firstHeader(tipset).parents)) {
      throw new FvmError("INVALID_TIPSET", {
        epoch: tipset.epoch,
        reason: "its parents are not of the chain",
      });
    }
    const outcome = before?.outcome ?? claimedBy(tipset);
    const verdict = heard(this.#whole(epoch, "block of a state", begun.refused(outcome)));
    const execution = executedStep(this.parts, next, outcome, this.signal);
    const executing = heard(this.#whole(epoch, "block of a state", execution));
    this.#unchecked.push({ tipset, before, verdict, executing });
    const step = await executing.catch(() => undefined);
    if (step === undefined || step.refused !== undefined) return false;
    this.#last = step;
    return true;
  }

  /**
   * Waits until no more than so many tipsets are being checked. Throws what checking or execution has thrown, and the
   * signal's reason.
   */
  async #settle(most: number): Promise<FoundRefusal | undefined> {
    while (this.#unchecked.length > most) {
      throwIfAborted(this.signal);
      const { tipset, before, verdict, executing } = this.#unchecked.shift() as Unchecked;
      const refused = (await verdict) ?? (await executing).refused;
      if (refused !== undefined) return { ...refused, tipset, executed: before?.executed };
      if (before !== undefined && before !== this.begin) await this.#confirm(before);
    }
    return undefined;
  }

  async #end(): Promise<FoundRefusal | undefined> {
    const last = this.#last;
    if (last === undefined || last === this.begin) return undefined;
    const child = await tipsetAfter(this.parts.main, last.tipset.epoch, this.signal);
    const refused = child && refusedChild(child, last);
    if (child !== undefined && refused !== undefined) {
      return { ...refused, tipset: child, executed: last.executed };
    }
    await this.#confirm(last);
    return undefined;
  }

  /**
   * Waits for work on a tipset. Throws `FvmError` CHAIN_INCOMPLETE if it needs a block that the store lacks; other faults of
   * the store name the epoch.
   */
  async #whole<T>(epoch: number, missing: string, work: Promise<T>): Promise<T> {
    const { main, network } = this.parts;
    try {
      return await work;
    } catch (error) {
      const cid = missingCid(error);
      if (cid === undefined) throw atEpoch(error, epoch);
      throw await incompleteAt(main, network, epoch, { missing, cid }, { signal: this.signal });
    }
  }

  async #confirm(step: Step): Promise<void> {
    await this.onTipset?.(step);
  }
}

/** Its failure is heard in its turn, if nothing before ends the validation. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function refusedChild(child: ChainTipset, { outcome }: Step): RefusedBlock | undefined {
  for (const [i, header] of child.headers.entries()) {
    const refusal = outcomeRefusal(header, outcome);
    if (refusal !== undefined) return { block: child.key[i] as Cid, refusal };
  }
  return undefined;
}
