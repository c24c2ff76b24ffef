/**
 * Unsigned and signed 64-bit values without the price of bigint where it is not needed.
 *
 * A value is a number if and only if that is exact, so that `===` and Map keys work across both forms.
 */
export type U64 = number | bigint;
/** A signed 64-bit value in the same normal form. */
export type I64 = number | bigint;

/** 2^64 - 1. */
export const U64_MAX = 0xffff_ffff_ffff_ffffn;
/** 2^63 - 1. */
export const I64_MAX = 0x7fff_ffff_ffff_ffffn;

const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);
const MIN_EXACT = BigInt(Number.MIN_SAFE_INTEGER);
const WORD = 0x1_0000_0000;

/** Normal form of an integer; it must be in range already. */
export function u64(value: number | bigint): U64 {
  return typeof value === "bigint" && value <= MAX_EXACT ? Number(value) : value;
}

/** Normal form of an integer; it must be in range already. */
export function i64(value: number | bigint): I64 {
  return typeof value === "bigint" && value <= MAX_EXACT && value >= MIN_EXACT ? Number(value) : value;
}

/** The normal form of an unsigned 64-bit integer; `undefined` if it is none. For callers that TypeScript does not check. */
export function asU64(value: unknown): U64 | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  return typeof value === "bigint" && value >= 0n && value <= U64_MAX ? u64(value) : undefined;
}

/** As `asU64`, signed. */
export function asI64(value: unknown): I64 | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === "bigint" && value >= -I64_MAX - 1n && value <= I64_MAX ? i64(value) : undefined;
}

/** @param low either sign is fine: only its 32 bits count; the same for `high` */
export function u64FromWords(low: number, high: number): U64 {
  const top = high >>> 0;
  return top < 0x20_0000 ? top * WORD + (low >>> 0) : (BigInt(top) << 32n) | BigInt(low >>> 0);
}

/** As `u64FromWords`, two's complement. */
export function i64FromWords(low: number, high: number): I64 {
  const top = high | 0;
  return top < 0x20_0000 && top > -0x20_0000
    ? top * WORD + (low >>> 0)
    : i64((BigInt(top) << 32n) | BigInt(low >>> 0));
}

/** Low word of a signed or unsigned value, as an unsigned number. */
export function lowWord(value: I64): number {
  return typeof value === "number" ? value >>> 0 : Number(BigInt.asUintN(32, value));
}

/** High word of a signed or unsigned value, as an unsigned number. */
export function highWord(value: I64): number {
  return typeof value === "number"
    ? Math.floor(value / WORD) >>> 0
    : Number(BigInt.asUintN(32, value >> 32n));
}

/** `[low, high]`. Allocates: use `lowWord` and `highWord` where speed counts. */
export function u64ToWords(value: I64): [low: number, high: number] {
  return [lowWord(value), highWord(value)];
}

export function u64ToBigInt(value: U64): bigint {
  return BigInt(value);
}

/** Sum, at most 2^64 - 1. */
export function addSat(a: U64, b: U64): U64 {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  }
  return saturate(BigInt(a) + BigInt(b));
}

/** Difference, at least 0. */
export function subSat(a: U64, b: U64): U64 {
  if (typeof a === "number" && typeof b === "number") return a > b ? a - b : 0;
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? 0 : u64(difference);
}

/** Product, at most 2^64 - 1. */
export function mulSat(a: U64, b: U64): U64 {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (product <= Number.MAX_SAFE_INTEGER) return product;
  }
  return saturate(BigInt(a) * BigInt(b));
}

/** `a * b / c`, rounded down; the product may be beyond 64 bits, the result may not. */
export function mulDiv(a: U64, b: U64, c: U64): U64 {
  if (typeof a === "number" && typeof b === "number" && typeof c === "number") {
    const product = a * b;
    // Below 2^53 a quotient is never rounded up to the next integer.
    if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / c);
  }
  return u64((BigInt(a) * BigInt(b)) / BigInt(c));
}

/** Negative, 0 or positive, as for `Array.prototype.sort`. */
export function compareU64(a: U64, b: U64): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function saturate(value: bigint): U64 {
  return value > U64_MAX ? U64_MAX : u64(value);
}
