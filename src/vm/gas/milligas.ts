/**
 * Gas quantities. A milligas quantity is an unsigned 64 bit number in the reference, signed in network
 * versions up to 17: here a number while that is exact, else a bigint.
 * Source: fvm/src/gas/mod.rs.
 */

/** Milligas: 1000 to the gas. */
export type Milligas = number | bigint;
/** Whole gas. */
export type Gas = number | bigint;

/** Also the highest gas limit, in milligas. */
export const MAX_I64 = 2n ** 63n - 1n;
export const MAX_U64 = 2n ** 64n - 1n;

/** A number if that is exact. */
export function exact(value: bigint): number | bigint {
  return Number.MIN_SAFE_INTEGER <= value && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** Whole gas in milligas, saturating at 64 bits. */
export function milligas(gas: Gas): Milligas {
  const product = typeof gas === "number" ? gas * 1000 : Number.POSITIVE_INFINITY;
  if (product <= Number.MAX_SAFE_INTEGER) return product;
  const precise = BigInt(gas) * 1000n;
  return exact(precise > MAX_U64 ? MAX_U64 : precise);
}

/** Saturates at 64 bits. */
export function add(a: Milligas, b: Milligas): Milligas {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  }
  const sum = BigInt(a) + BigInt(b);
  return exact(sum > MAX_U64 ? MAX_U64 : sum);
}

/** Whole gas that covers the amount; negative amounts round towards zero. */
export function roundUp(amount: Milligas): Gas {
  if (typeof amount === "bigint") {
    const gas = amount / 1000n;
    return exact(amount > 0n && amount % 1000n !== 0n ? gas + 1n : gas);
  }
  const rest = amount % 1000;
  return (amount - rest) / 1000 + (rest > 0 ? 1 : 0);
}
