/**
 * Paths from a KAMT's root: the bits of keys, five per level, as text of base-32 digits. So they compare as the
 * keys do.
 */
import { Buffer } from "node:buffer";
import type { CborReader } from "./cbor.js";

/** Bits of the key per level. Source: actors/evm/src/interpreter/system.rs `KAMT_CONFIG`. */
export const KAMT_BIT_WIDTH = 5;
/** Digits of a key of 256 bits; the last one has a single bit. */
export const KEY_DIGITS = 52;

/** A key's digits, the high ones first. */
export function digitsOf(key: bigint): string {
  return (key >> 1n).toString(32).padStart(KEY_DIGITS - 1, "0") + (key & 1n);
}

/** The slot that a path takes after its first `depth` digits. */
export function slotAt(digits: string, depth: number): number {
  return Number.parseInt(digits[depth] as string, 32);
}

/** The digit of a slot. */
export function digitOf(slot: number): string {
  return slot.toString(32);
}

/** How many digits two texts have in common, one from its start, the other from `offset` on. */
export function commonDigits(path: string, digits: string, offset: number): number {
  let count = 0;
  while (count < path.length && path[count] === digits[offset + count]) count++;
  return count;
}

/** Bits of the digits, the first ones first, filled up to whole bytes with zeros. */
export function packDigits(digits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((digits.length * KAMT_BIT_WIDTH) / 8));
  for (let i = 0; i < digits.length; i++) {
    const bit = i * KAMT_BIT_WIDTH;
    // A digit is in at most two bytes.
    const window = slotAt(digits, i) << (16 - KAMT_BIT_WIDTH - (bit & 7));
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (window >> 8);
    if (window & 0xff) bytes[(bit >> 3) + 1] = window & 0xff;
  }
  return bytes;
}

/** Reads the length in bits and the bytes of packed digits. */
export function readDigits(reader: CborReader): string {
  const length = reader.u32();
  const bytes = reader.bytes();
  if (length % KAMT_BIT_WIDTH !== 0) reader.fail(`extension of ${length} bits`);
  const count = length / KAMT_BIT_WIDTH;
  if (count >= KEY_DIGITS - 1) reader.fail("extension longer than the key");
  let digits = "";
  for (let i = 0; i < count; i++) {
    const bit = i * KAMT_BIT_WIDTH;
    const window = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    digits += digitOf((window >> (16 - KAMT_BIT_WIDTH - (bit & 7))) & 31);
  }
  // Nothing writes more bytes, fewer, or bits that do not count.
  if (Buffer.compare(packDigits(digits), bytes) !== 0)
    reader.fail("extension with other bytes than its bits");
  return digits;
}
