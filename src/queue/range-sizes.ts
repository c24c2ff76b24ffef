/** How many epochs go into a job, by what those before have cost. */

/** Epochs of a job before anything is known. */
const FIRST = 8;
/** Epochs of a job, at least, unless there are no more: beginning costs something. */
const LEAST = 4;
/** Epochs of a job, at most: a day of mainnet. */
const MOST = 2880;
/** How much the last job counts for what an epoch costs. */
const LAST = 0.3;
/** Jobs that every slot is to have yet when a size is chosen, so that all have something to do up to the end. */
const LEFT_FOR_EACH = 2;

/** Sizes of ranges that take about as long as wanted. */
export class RangeSizes {
  #msPerEpoch: number | undefined;

  /** @param ms that a range is to take */
  constructor(private readonly ms: number) {}

  /** A range has taken so long. */
  measured(epochs: number, ms: number): void {
    const each = ms / epochs;
    this.#msPerEpoch =
      this.#msPerEpoch === undefined ? each : this.#msPerEpoch + LAST * (each - this.#msPerEpoch);
  }

  /** Epochs of the next range. @param slots jobs that are done at the same time @param left epochs */
  next(left: number, slots: number): number {
    const wanted = this.#msPerEpoch === undefined ? FIRST : Math.floor(this.ms / this.#msPerEpoch);
    const fair = Math.ceil(left / (LEFT_FOR_EACH * Math.max(slots, 1)));
    return Math.min(left, Math.max(LEAST, Math.min(wanted, fair, MOST)));
  }
}

/** Cuts a range into ranges one after the other, around those that are cut already. */
export class RangeCutter {
  #at: number;

  /**
   * @param cut disjoint ranges within it, ascending
   * @param starts epochs at which a range may begin, besides the whole range's first
   */
  constructor(
    private readonly whole: { readonly from: number; readonly to: number },
    private readonly cut: { readonly from: number; readonly to: number }[],
    private readonly starts: readonly { readonly from: number; readonly to: number }[],
  ) {
    this.#at = whole.from;
  }

  /** Epochs that are in no range yet. */
  get left(): number {
    return this.whole.to - this.#at + 1;
  }

  /** The next range; undefined: there is no more. @param size of a range, as far as it can be had */
  next(size: number): { readonly from: number; readonly to: number } | undefined {
    const from = this.#at;
    if (from > this.whole.to) return undefined;
    const known = this.cut[0]?.from === from ? this.cut.shift() : undefined;
    const next = known === undefined ? this.#nextStart(from + size) : known.to + 1;
    const limit = known === undefined ? (this.cut[0]?.from ?? this.whole.to + 1) : next;
    this.#at = Math.min(next, limit);
    return { from, to: this.#at - 1 };
  }

  #nextStart(epoch: number): number {
    for (const { from, to } of this.starts)
      if (to >= epoch) return Math.min(Math.max(from, epoch), this.whole.to + 1);
    return this.whole.to + 1;
  }
}
