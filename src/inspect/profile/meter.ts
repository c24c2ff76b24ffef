import { type Gas, type Milligas, milligas } from "../../message/gas.js";
import { least, minus, plus } from "./amounts.js";

/** The part of a charge that could be paid. */
export interface Paid {
  readonly compute: Milligas;
  readonly other: Milligas;
}

/**
 * Follows the gas of a message and of its calls as the tracker does, to tell what of a charge could be paid: the one
 * that does not fit is observed in full, but uses up no more than was left.
 */
export class GasMeter {
  #used: Milligas = 0;
  #limit: Milligas;
  readonly #outer: Milligas[] = [];

  /** @param gasLimit the message's */
  constructor(gasLimit: Gas) {
    this.#limit = milligas(gasLimit);
  }

  /** Milligas since the message began. */
  get used(): Milligas {
    return this.#used;
  }

  /** A call begins. @param gasLimit that it is given, rounded up */
  enter(gasLimit: Gas): void {
    this.#outer.push(this.#limit);
    this.#limit = least(this.#limit, plus(this.#used, milligas(gasLimit)));
  }

  /** The call ends. */
  leave(): void {
    this.#limit = this.#outer.pop() ?? this.#limit;
  }

  /** Pays for computation before the rest. */
  pay(compute: Milligas, other: Milligas): Paid {
    const used = plus(this.#used, plus(compute, other));
    if (used <= this.#limit) {
      this.#used = used;
      return { compute, other };
    }
    const left = minus(this.#limit, this.#used);
    this.#used = this.#limit;
    const computePaid = least(compute, left);
    return { compute: computePaid, other: minus(left, computePaid) };
  }
}
