import { Fatal, OUT_OF_GAS } from "../../message/outcome.js";
import { Word } from "../../native/addon.js";
import type { GasCharge } from "./charges.js";
import { exact, type Gas, MAX_I64, MAX_U64, type Milligas, milligas, roundUp } from "./milligas.js";

const WORD = 2 ** 32;
const MIN_I64 = -(2n ** 63n);

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
  /** Called with each charge, also with the one that does not fit. */
  readonly record?: (charge: GasCharge) => void;
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
    this.#limit = typeof limit === "number" || limit < MAX_I64 ? limit : MAX_I64;
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

  /** @param amount milligas. Throws as `apply`. */
  charge(name: string, amount: Milligas): void {
    this.#record?.({ name, compute: amount, other: 0 });
    this.#use(amount);
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
    if (high < 2 ** 21) {
      this.#used = high * WORD + low;
      return;
    }
    const value = (BigInt(high) << 32n) | BigInt(low);
    this.#used = exact(this.#signed ? BigInt.asIntN(64, value) : value);
  }

  /** Hands gas used and limit to C++, through the control block. */
  store(words: Uint32Array): void {
    writeWords(words, Word.GAS_USED, this.#used);
    writeWords(words, Word.GAS_LIMIT, this.#limit);
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
    const [least, most] = this.#signed ? [MIN_I64, MAX_I64] : [0n, MAX_U64];
    return exact(value < least ? least : value > most ? most : value);
  }
}

function writeWords(words: Uint32Array, at: number, value: Milligas): void {
  if (typeof value === "number") {
    words[at] = value;
    words[at + 1] = Math.floor(value / WORD);
  } else {
    words[at] = Number(BigInt.asUintN(32, value));
    words[at + 1] = Number(BigInt.asUintN(32, value >> 32n));
  }
}
