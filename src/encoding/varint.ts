import { type U64, u64 } from "../util/u64.js";

/** Bytes of the longest varint of 64 bits. */
const MAX_VARINT_BYTES = 10;

/** A cursor over bytes. */
export interface Cursor {
  readonly data: Uint8Array;
  offset: number;
}

/**
 * Reads an unsigned LEB128 varint and moves the cursor behind it. `undefined`, with the cursor
 * anywhere: it is cut off, longer than 10 bytes, or has a superfluous zero byte at its end.
 *
 * Bits beyond the 64th are dropped, as the reference's decoder does (crate unsigned-varint 0.8).
 */
export function readVarint(cursor: Cursor): U64 | undefined {
  const { data, offset } = cursor;
  const first = data[offset];
  if (first === undefined) return undefined;
  if (first < 0x80) {
    cursor.offset = offset + 1;
    return first;
  }
  let low = 0; // the first 49 bits, exact in a double
  let high = 0n;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = data[offset + i];
    if (byte === undefined) return undefined;
    if (i < 7) low += (byte & 0x7f) * 2 ** (7 * i);
    else high |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) {
      cursor.offset = offset + i + 1;
      if (byte === 0) return undefined;
      return high === 0n ? low : u64(BigInt.asUintN(64, high | BigInt(low)));
    }
  }
  return undefined;
}

/**
 * Where a varint in a latin1 string ends; `undefined` if it is not the one that `varint` writes: cut off, not
 * minimal, above 64 bits, or characters that are no bytes.
 */
export function varintEnd(text: string, start: number): number | undefined {
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = text.charCodeAt(start + i);
    // Behind the end it is NaN.
    if (!(byte <= 0xff)) return undefined;
    if (byte >= 0x80) continue;
    const isMinimal = byte !== 0 || i === 0;
    return isMinimal && (i < MAX_VARINT_BYTES - 1 || byte === 1) ? start + i + 1 : undefined;
  }
  return undefined;
}

/** The varint of `value` as a latin1 string. */
export function varint(value: U64): string {
  let text = "";
  let rest = value;
  while (typeof rest === "bigint") {
    text += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
    rest = u64(rest >> 7n);
  }
  while (rest >= 0x80) {
    text += String.fromCharCode((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return text + String.fromCharCode(rest);
}
