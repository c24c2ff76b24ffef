import { type Gas, type Milligas, milligas, roundUp } from "../../message/gas.js";
import { Fatal, OUT_OF_GAS } from "../../message/outcome.js";
import { Word } from "../../native/addon.js";
import { I64_MAX, i64, i64FromWords, U64_MAX, u64FromWords } from "../../util/u64.js";
import { writeU64 } from "../../util/words.js";
import type { GasCharge } from "./charges.js";

const I64_MIN = -I64_MAX - 1n;

/** A gas limit, and what was used of it since it holds. */
interface Window {
  readonly limit: Milligas;
  readonly used: Milligas;
  /** Whose limit it has replaced. */
  readonly outer: Window | undefined;
}

/** A tracker's state, to return to when a step has to be run again. Kept and written anew for each step. */
export class GasCheckpoint implements Window {
  limit: Milligas = 0;
  used: Milligas = 0;
  outer: Window | undefined;
}

export interface GasTrackerOptions {
  /** Amounts are signed: charges may be refunds, and `used` may fall below 0 (up to network version 17). */
  readonly signed?: boolean;
  /** Called with each charge, also with the one that does not fit, and with those of nothing. */
  readonly record?: ((charge: GasCharge) => void) | undefined;
}

/**
 * Gas used by a message, and its limit. Source: fvm/src/gas/mod.rs, `GasTracker`.
 *
 * Amounts are numbers as long as they are exact. Limits may be beyond that (implicit messages have one
 * near 2^63 milligas), what was used hardly ever.
 */
export class GasTracker {
  readonly #signed: boolean;
  readonly #record: ((charge: GasCharge) => void) | undefined;
  #used: Milligas = 0;
  #limit: Milligas = 0;
  #outer: Window | undefined;

  /** @param gasLimit whole gas; higher ones count as 2^63 - 1 milligas */
  constructor(gasLimit: Gas, options: GasTrackerOptions = {}) {
    this.#signed = options.signed ?? false;
    this.#record = options.record;
    this.begin(gasLimit);
  }

  /** Begins a message: nothing is used. @param gasLimit as in the constructor */
  begin(gasLimit: Gas): void {
    const limit = milligas(gasLimit);
    this.#limit = typeof limit === "number" || limit < I64_MAX ? limit : I64_MAX;
    this.#used = 0;
    this.#outer = undefined;
  }

  get limit(): Milligas {
    return this.#limit;
  }

  /** Since the message's start or the last `pushLimit`. */
  get used(): Milligas {
    return this.#used;
  }

  available(): Milligas {
    const limit = this.#limit;
    const used = this.#used;
    if (typeof limit === "number" && typeof used === "number" && used >= 0) return limit - used;
    return this.#clamp(BigInt(limit) - BigInt(used));
  }

  /** Whole gas for the receipt, rounded up. */
  gasUsed(): Gas {
    return this.#used > 0 ? roundUp(this.#used) : 0;
  }

  /** Throws `OUT_OF_GAS`, with everything used up, if the charge exceeds the limit. */
  apply(charge: GasCharge): void {
    this.#record?.(charge);
    this.#use(this.#sum(charge.compute, charge.other));
  }

  /** A charge of nothing, which only whoever records notices. */
  note(charge: GasCharge): void {
    this.#record?.(charge);
  }

  /** Narrows the limit for a call, and counts from 0. */
  pushLimit(limit: Milligas): void {
    const available = this.available();
    this.#outer = { limit: this.#limit, used: this.#used, outer: this.#outer };
    this.#limit = limit < available ? limit : available;
    this.#used = 0;
  }

  /** Returns to the window of the last `pushLimit`, with what was used since. */
  popLimit(): void {
    const outer = this.#outer;
    if (outer === undefined) throw new Fatal("no gas limit to pop");
    const used = this.#sum(outer.used, this.#used);
    this.restore(outer);
    this.#used = used;
  }

  save(checkpoint: GasCheckpoint): void {
    checkpoint.limit = this.#limit;
    checkpoint.used = this.#used;
    checkpoint.outer = this.#outer;
  }

  restore({ limit, used, outer }: Window): void {
    this.#limit = limit;
    this.#used = used;
    this.#outer = outer;
  }

  /** Takes over what C++ has used, from the control block. */
  load(words: Uint32Array): void {
    const low = words[Word.GAS_USED] ?? 0;
    const high = words[Word.GAS_USED + 1] ?? 0;
    this.#used = this.#signed ? i64FromWords(low, high) : u64FromWords(low, high);
  }

  /** Hands gas used and limit to C++, through the control block. */
  store(words: Uint32Array): void {
    writeU64(words, Word.GAS_USED, this.#used);
    writeU64(words, Word.GAS_LIMIT, this.#limit);
  }

  #use(amount: Milligas): void {
    const used = this.#sum(this.#used, amount);
    if (used > this.#limit) {
      this.#used = this.#limit;
      throw OUT_OF_GAS;
    }
    this.#used = used;
  }

  #sum(a: Milligas, b: Milligas): Milligas {
    if (typeof a === "number" && typeof b === "number") {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    }
    return this.#clamp(BigInt(a) + BigInt(b));
  }

  /** Gas arithmetic saturates. */
  #clamp(value: bigint): Milligas {
    const [least, most] = this.#signed ? [I64_MIN, I64_MAX] : [0n, U64_MAX];
    return i64(value < least ? least : value > most ? most : value);
  }
}
