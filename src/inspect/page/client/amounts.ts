import type { Amount } from "../data.js";

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const EXACT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 });
const SHARE = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

/** Gas, rounded up, from milligas. */
export function gasText(milligas: Amount): string {
  if (typeof milligas === "number") return WHOLE.format(Math.ceil(milligas / 1000));
  const amount = BigInt(milligas);
  return WHOLE.format(amount > 0n ? (amount + 999n) / 1000n : amount / 1000n);
}

/** Gas to the milligas. */
export function exactGasText(milligas: Amount): string {
  if (typeof milligas === "number") return EXACT.format(milligas / 1000);
  const amount = BigInt(milligas);
  const size = amount < 0n ? -amount : amount;
  const rest = String(size % 1000n)
    .padStart(3, "0")
    .replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${WHOLE.format(size / 1000n)}${rest === "" ? "" : `.${rest}`}`;
}

/** A count with its thousands apart. */
export function countText(count: Amount): string {
  return WHOLE.format(BigInt(count));
}

/** A word with its count: `1 call`, `2 calls`. */
export function counted(count: number, word: string): string {
  return `${WHOLE.format(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** A part in percent. */
export function shareText(part: number, whole: number): string {
  return whole === 0 ? "" : SHARE.format(part / whole);
}

/** The sum of two amounts. */
export function plus(a: Amount, b: Amount): Amount {
  if (typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a + b)) return a + b;
  return String(BigInt(a) + BigInt(b));
}
