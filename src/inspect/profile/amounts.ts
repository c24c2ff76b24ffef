import type { Milligas } from "../../message/gas.js";
import { i64 } from "../../util/u64.js";

/** A sum of milligas of any size and sign. */
export class Amount {
  #small = 0;
  #large = 0n;

  add(amount: Milligas): void {
    const sum = typeof amount === "number" ? this.#small + amount : Number.NaN;
    if (Number.isSafeInteger(sum)) {
      this.#small = sum;
    } else {
      this.#large += BigInt(this.#small) + BigInt(amount);
      this.#small = 0;
    }
  }

  get total(): bigint {
    return this.#large + BigInt(this.#small);
  }
}

/** Exact, in the normal form of 64 bits. */
export function plus(a: Milligas, b: Milligas): Milligas {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return i64(BigInt(a) + BigInt(b));
}

/** As `plus`. */
export function minus(a: Milligas, b: Milligas): Milligas {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return i64(BigInt(a) - BigInt(b));
}

export function least(a: Milligas, b: Milligas): Milligas {
  return a < b ? a : b;
}

/**
 * Amounts of milligas as whole gas that add up to their sum, which is whole gas: each is rounded down, and what is
 * left goes to those that lost most.
 */
export function wholeGas(milligas: readonly bigint[]): bigint[] {
  const gas = milligas.map((amount) => floor(amount));
  const total = milligas.reduce((sum, amount) => sum + amount, 0n);
  const left = Number(floor(total) - gas.reduce((sum, amount) => sum + amount, 0n));
  const lost = milligas.map((amount, at) => ({ at, rest: amount - (gas[at] as bigint) * 1000n }));
  for (const { at } of lost.sort((a, b) => Number(b.rest - a.rest)).slice(0, left))
    gas[at] = (gas[at] as bigint) + 1n;
  return gas;
}

/** Towards minus infinity. */
function floor(milligas: bigint): bigint {
  return (milligas - (((milligas % 1000n) + 1000n) % 1000n)) / 1000n;
}
