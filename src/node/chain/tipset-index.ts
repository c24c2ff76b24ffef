import type { Chain, ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { EpochIndex } from "../../chain/history/epoch-index.js";
import { tipsetCid } from "../../chain/types/tipset-key.js";
import type { Cid } from "../../encoding/cid.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { Turns } from "../../util/waits.js";
import type { HeadChange } from "./main-index.js";

/** Tipsets that were on the main chain and are not any more, of which keys are remembered, at least. */
const REVERTED_KEPT = 1024;
/** Epochs that are looked at, at most: each costs some 50 bytes from then on. */
const MOST_EPOCHS = 2_000_000;
/** Digits of a CID's digest by which epochs are remembered: as many as a number holds. */
const NAME_BYTES = 6;

/**
 * Tipsets by the CIDs of their keys. It grows downward from the head as far as questions go, and then follows the head.
 */
export class TipsetIndex {
  /** Epochs by a part of the CID: what is found is compared as a whole. */
  readonly #epochs = new Map<number, number>();
  readonly #reverted = new BoundedMap<Cid, readonly Cid[]>(REVERTED_KEPT);
  /** The lowest epoch that is in it. */
  #low: number;
  readonly #top: number;

  constructor(
    private readonly chain: Chain,
    private readonly index: EpochIndex,
    head: ChainTipset,
  ) {
    this.#low = head.epoch + 1;
    this.#top = head.epoch;
  }

  /** Throws as `Chain.tipset`, and the signal's reason. @param cid as `tipsetCid` makes it */
  async find(cid: Cid, options: ChainReadOptions): Promise<ChainTipset | undefined> {
    const key = this.#reverted.get(cid) ?? (await this.#keyOf(cid, options));
    return key && this.chain.tipset(key, options);
  }

  follow({ revert, apply }: HeadChange): void {
    for (const { key } of revert) this.#reverted.set(tipsetCid(key), key);
    for (const { epoch, key } of apply) this.#epochs.set(nameOf(tipsetCid(key)), epoch);
    // All above the lowest of these is known now.
    for (const tipset of [revert.at(-1), apply[0]]) {
      if (tipset !== undefined) this.#low = Math.min(this.#low, tipset.epoch);
    }
  }

  async #keyOf(cid: Cid, { signal }: ChainReadOptions): Promise<readonly Cid[] | undefined> {
    const name = nameOf(cid);
    const turns = new Turns(signal);
    const bottom = Math.max(0, this.#top - MOST_EPOCHS);
    for (;;) {
      const key = await this.#keyAt(this.#epochs.get(name));
      if (key !== undefined && tipsetCid(key) === cid) return key;
      if (this.#low <= bottom) return undefined;
      await turns.next();
      await this.#grow(Math.max(bottom, this.#low - 1));
    }
  }

  async #grow(epoch: number): Promise<void> {
    const key = await this.#keyAt(epoch);
    if (epoch !== this.#low - 1) return;
    if (key !== undefined) this.#epochs.set(nameOf(tipsetCid(key)), epoch);
    this.#low = epoch;
  }

  async #keyAt(epoch: number | undefined): Promise<readonly Cid[] | undefined> {
    return epoch === undefined ? undefined : this.index.keyAt(epoch);
  }
}

function nameOf(cid: Cid): number {
  let name = 0;
  for (let i = cid.length - NAME_BYTES; i < cid.length; i++) name = name * 256 + cid.charCodeAt(i);
  return name;
}
