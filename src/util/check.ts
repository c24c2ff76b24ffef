/** Checks of what callers give whom TypeScript does not check: each says what is wrong with a value, if anything is. */
import { asBytes } from "./bytes.js";
import { kindOf } from "./kind-of.js";
import { asI64, asU64 } from "./u64.js";

export type Check = (value: unknown) => string | undefined;

export function is(fits: (value: unknown) => boolean, what: string): Check {
  return (value) => (fits(value) ? undefined : `${shown(value)} is not ${what}`);
}

export function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value));
}

export function oneOf(...values: readonly unknown[]): Check {
  return is((value) => values.includes(value), `one of ${values.map(String).join(", ")}`);
}

export function withMethods(...names: readonly string[]): Check {
  return is((value) => hasMethods(value, names), `an object with ${names.join(", ")}`);
}

/** @param what in words, before the bounds */
export function within(least: number, most: number, what = "a whole number"): Check {
  return is(
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `${what} from ${least} to ${most}`,
  );
}

/** Accepts what can be iterated, whatever comes of it. */
export function iterable(what: string): Check {
  return is((value) => typeof value === "object" && hasMethods(value, [Symbol.iterator]), what);
}

function hasMethods(value: unknown, names: readonly (string | symbol)[]): boolean {
  try {
    const object = value as Readonly<Record<string | symbol, unknown>> | null | undefined;
    return names.every((name) => typeof object?.[name] === "function");
  } catch {
    return false; // a proxy that does not like to be looked at
  }
}

export const isArray = is(isList, "an array");
export const isObject = is((value) => typeof value === "object" && value !== null, "an object");
export const isInteger = is(Number.isSafeInteger, "a whole number below 2^53");
export const isCount = is(isNatural, "a whole number from 0 to 2^53 - 1");
export const isI64 = is((value) => asI64(value) !== undefined, "an integer of 64 bits");
export const isU64 = is((value) => asU64(value) !== undefined, "an integer from 0 to 2^64 - 1");
/** Actors see amounts in 128 bits. */
export const isAmount128 = is(
  (value) => typeof value === "bigint" && value >= 0n && value >> 128n === 0n,
  "a bigint of attoFIL from 0 to 2^128 - 1",
);
export const isSignal = withMethods("addEventListener", "removeEventListener");
export const isFunction = is((value) => typeof value === "function", "a function");
export const isFlag = is((value) => typeof value === "boolean", "true or false");
export const isText = is((value) => typeof value === "string", "text");
export const isBytes = is((value) => asBytes(value) !== undefined, "bytes");
/** Accepts any value. */
export const anything: Check = () => undefined;

export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a proxy that is revoked
  }
}

function isNatural(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Numbers as they are, because their size may be what is wrong with them. */
export function shown(value: unknown): string {
  return typeof value === "number" || typeof value === "bigint" ? String(value) : kindOf(value);
}
