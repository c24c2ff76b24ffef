import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { EpochIndex } from "../../chain/history/epoch-index.js";
import type { Cid } from "../../encoding/cid.js";

/** Tipsets that a change of the head takes off the main chain, newest first, and those that it adds, oldest first. */
export interface HeadChange {
  readonly revert: readonly ChainTipset[];
  readonly apply: readonly ChainTipset[];
}

/** The main chain's tipsets by epoch: what an index knew of an earlier head, and what heads have changed since. */
export class MainIndex implements EpochIndex {
  readonly #changed = new Map<number, readonly Cid[]>();
  /** Epoch up to which the earlier index tells the main chain. */
  #agreed: number;

  /** @param agreed epoch up to which the earlier index is right; -1: there is none */
  constructor(
    private readonly earlier: EpochIndex | undefined,
    agreed: number,
  ) {
    this.#agreed = agreed;
  }

  keyAt(epoch: number): ReturnType<EpochIndex["keyAt"]> {
    return epoch > this.#agreed ? this.#changed.get(epoch) : this.earlier?.keyAt(epoch);
  }

  change({ revert, apply }: HeadChange): void {
    for (const { epoch } of revert) {
      this.#changed.delete(epoch);
      this.#agreed = Math.min(this.#agreed, epoch - 1);
    }
    for (const { epoch, key } of apply) this.#changed.set(epoch, key);
  }
}
