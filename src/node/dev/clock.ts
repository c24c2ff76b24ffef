import { FvmError } from "../../errors.js";

/** How blocks' timestamps go on. */
export type TimeKind =
  /** As time does, in seconds; at least one from tipset to tipset. */
  | "wall"
  /** By the network's delay from epoch to epoch, as on networks. */
  | "epoch";

/** Changes to the time that were asked for. */
export interface ClockState {
  readonly offset: number;
  readonly next: number | undefined;
  readonly interval: number | undefined;
}

/** Nothing was asked for. */
export const NO_CHANGES: ClockState = { offset: 0, next: undefined, interval: undefined };

/** The time of a development node's blocks. Seconds since 1970. */
export class BlockClock {
  #state: ClockState = NO_CHANGES;

  /** @param delay seconds from epoch to epoch, by which time of kind `epoch` goes on */
  constructor(
    private readonly kind: TimeKind,
    private readonly delay: number,
    private readonly now: () => number = () => Math.floor(Date.now() / 1000),
  ) {}

  get state(): ClockState {
    return this.#state;
  }

  restore(state: ClockState): void {
    this.#state = state;
  }

  /** Seconds that it is ahead of time. */
  get offset(): number {
    return this.#state.offset;
  }

  /**
   * Puts it forward, or back. Forward counts from the latest tipset, which is ahead of the clock where tipsets have come
   * faster than seconds.
   *
   * @param parent time of the latest tipset
   * @throws FvmError INVALID_OPTION if that is too far
   */
  increase(seconds: number, parent: number): void {
    const { offset } = this.#state;
    const ahead = this.kind === "wall" && seconds > 0 ? Math.max(offset, parent - this.now()) : offset;
    checkTime(this.now() + ahead + seconds);
    this.#state = { ...this.#state, offset: ahead + seconds };
  }

  /** Puts it to a time. Throws as `increase`. */
  set(timestamp: number): void {
    checkTime(timestamp);
    this.#state = { ...this.#state, offset: timestamp - this.now() };
  }

  /**
   * Time of the next tipset, from which the clock then goes on.
   *
   * @param parent time of the tipset before
   * @throws FvmError INVALID_OPTION unless it is after that; as `increase`
   */
  setNext(timestamp: number, parent: number): void {
    checkTime(timestamp);
    if (timestamp <= parent) {
      const reason = `Timestamp ${timestamp} is lower than or equal to previous block's timestamp ${parent}`;
      throw new FvmError("INVALID_OPTION", { option: "timestamp", reason });
    }
    this.#state = { ...this.#state, next: timestamp };
  }

  /** Seconds from tipset to tipset, instead of what time does; undefined: as before. */
  setInterval(seconds: number | undefined): void {
    this.#state = { ...this.#state, interval: seconds };
  }

  /** Time that the next tipset would have. */
  peek(parent: number, epochs: number): number {
    const { offset, next, interval } = this.#state;
    if (next !== undefined) return Math.max(next, parent + 1);
    if (interval !== undefined) return parent + interval * epochs;
    return Math.max(
      parent + 1,
      this.kind === "wall" ? this.now() + offset : parent + this.delay * epochs + offset,
    );
  }

  /**
   * As `peek`, of a tipset that is made: what was said of the next one is over.
   *
   * @param seconds for each epoch. Default: as time goes on
   * @throws as `increase`
   */
  take(parent: number, epochs: number, seconds?: number): number {
    if (seconds !== undefined) return checkTime(parent + Math.max(1, seconds) * epochs);
    const time = checkTime(this.peek(parent, epochs));
    const { next, interval } = this.#state;
    // By epochs, time that was added is in the tipset now.
    if (this.kind === "epoch") this.#state = { offset: 0, next: undefined, interval };
    else if (next !== undefined) this.#state = { offset: time - this.now(), next: undefined, interval };
    return time;
  }
}

/** The end of the year 9999. */
const LAST_TIME = 253_402_300_799;

/** The time. Throws `FvmError` INVALID_OPTION if it is after all that clients understand. */
function checkTime(time: number): number {
  if (time <= LAST_TIME) return time;
  throw new FvmError("INVALID_OPTION", { option: "time", reason: `${time} is after the year 9999` });
}
