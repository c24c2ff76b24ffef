import { native } from "../../native/index.js";

const DIGEST_BYTES = 32;
/** Bytes of a number below 2^48, which is exact and as good as even over any range that is asked for. */
const NUMBER_BYTES = 6;

/** Numbers and bytes that follow from a seed alone: the same ones on each machine and at each call. */
export class Draw {
  #count = 0;

  /** @param seed any text: another text, other numbers */
  constructor(private readonly seed: string) {}

  /** Draws of their own, which do not depend on how often this one has been asked. */
  of(purpose: string): Draw {
    return new Draw(`${this.seed}/${purpose}`);
  }

  /** 32 bytes. */
  bytes(): Uint8Array {
    return native.blake2b(Buffer.from(`${this.seed}#${this.#count++}`), DIGEST_BYTES);
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Buffer.from(this.bytes()).readUIntBE(0, NUMBER_BYTES) % end;
  }

  /** Whether something happens that does so in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of several by their weights, which are whole numbers; one at least must be above 0. */
  weighted<T>(items: readonly T[], weightOf: (item: T) => number): T {
    let rest = this.below(items.reduce((sum, item) => sum + weightOf(item), 0));
    return items.find((item) => {
      rest -= weightOf(item);
      return rest < 0;
    }) as T;
  }

  /** One of several, of which there must be one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
