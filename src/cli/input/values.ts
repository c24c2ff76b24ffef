/** Values of options, which are text. All throw `UsageError`. */
import { type Cid, parseCid } from "../../encoding/cid.js";
import { hexBytes } from "../../util/bytes.js";
import { asU64, type U64 } from "../../util/u64.js";
import { UsageError } from "../usage-error.js";

export function cidValue(option: string, text: string, command: string): Cid {
  return parsed(option, text, "a CID", command, parseCid);
}

/** A whole number from 0 to 2^53 - 1. */
export function countValue(option: string, text: string, command: string): number {
  return parsed(option, text, "a whole number", command, (digits) => {
    const value = Number(digits);
    return /^[0-9]+$/.test(digits) && Number.isSafeInteger(value) ? value : undefined;
  });
}

export function u64Value(option: string, text: string, command: string): U64 {
  return parsed(option, text, "a whole number of 64 bits", command, (digits) =>
    /^[0-9]{1,20}$/.test(digits) ? asU64(BigInt(digits)) : undefined,
  );
}

/** attoFIL, below 2^128. */
export function amountValue(option: string, text: string, command: string): bigint {
  return parsed(option, text, "a whole number of attoFIL below 2^128", command, (digits) => {
    const value = /^[0-9]{1,39}$/.test(digits) ? BigInt(digits) : undefined;
    return value !== undefined && value >> 128n === 0n ? value : undefined;
  });
}

/** So many bytes in hexadecimal, with or without 0x. */
export function bytesValue(option: string, text: string, size: number, command: string): Uint8Array {
  return parsed(option, text, `${size} bytes in hexadecimal`, command, (digits) => {
    const bytes = hexBytes(digits.replace(/^0x/i, ""));
    return bytes.length === size ? bytes : undefined;
  });
}

/** A network version, as 28 or nv28. */
export function networkValue(text: string, command: string): number {
  return countValue("network", text.replace(/^nv/, ""), command);
}

function parsed<T>(
  option: string,
  text: string,
  what: string,
  command: string,
  parse: (text: string) => T | undefined,
): T {
  try {
    const value = parse(text);
    if (value !== undefined) return value;
  } catch {
    // The text is no such value: the error below says so.
  }
  throw new UsageError(`--${option} is ${shownText(text)}, not ${what}`, command);
}

/** A text that somebody gave, in a line of reasonable length. */
export function shownText(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length <= 80 ? line || "empty" : `${line.slice(0, 77)}...`;
}
