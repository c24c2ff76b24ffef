import type { Cid } from "../../encoding/cid.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { BlockMessages } from "../types/message-meta.js";
import type { BlockValidator } from "../validation/block-validator.js";
import type { RefusedBlock } from "../validation/refusal.js";
import type { Outcome } from "../validation/state-checks.js";
import type { PreparedTipset } from "../validation/validation.js";

/** A tipset with what is executed of it. */
export interface ReadTipset {
  readonly tipset: ChainTipset;
  /** Messages of each block; undefined if those of one cannot be read. */
  readonly messages: readonly BlockMessages[] | undefined;
}

/** A tipset whose checks have begun. */
export interface BegunTipset {
  /** Throws as `Chain.tipset` and `BlockValidator.prepare`. */
  read(): Promise<ReadTipset>;
  /**
   * The first of its blocks that is not valid; undefined: all are, or it is genesis. Throws as `BlockValidator.validate`.
   *
   * @param outcome of the parents' execution
   */
  refused(outcome: Outcome): Promise<RefusedBlock | undefined>;
}

/** Checks tipsets while others are executed. */
export interface TipsetChecks {
  /** Begins with what needs no state. Called for each tipset in order. */
  begin(key: readonly Cid[], signal: AbortSignal): BegunTipset;
  /** All have begun. */
  end?(): void;
}

/** Checks in this thread; signatures are checked on others. */
export class OwnChecks implements TipsetChecks {
  constructor(
    private readonly chain: Chain,
    private readonly validator: BlockValidator,
  ) {}

  begin(key: readonly Cid[], signal: AbortSignal): BegunTipset {
    const beginning = this.#prepared(key, signal);
    // Whoever takes the tipset hears of it, if anybody does.
    beginning.catch(() => undefined);
    return {
      async read() {
        const { tipset, prepared } = await beginning;
        const messages = prepared?.blocks.flatMap((block) => block.messages ?? []);
        return { tipset, messages: messages?.length === tipset.headers.length ? messages : undefined };
      },
      refused: async (outcome) => {
        const { prepared } = await beginning;
        return prepared && this.validator.validate(prepared, outcome, { signal });
      },
    };
  }

  end(): void {
    this.validator.hurry();
  }

  async #prepared(
    key: readonly Cid[],
    signal: AbortSignal,
  ): Promise<{ readonly tipset: ChainTipset; readonly prepared?: PreparedTipset }> {
    const tipset = await this.chain.tipset(key, { signal });
    return tipset.epoch === 0
      ? { tipset }
      : { tipset, prepared: await this.validator.prepare(tipset, { signal }) };
  }
}
