import type { U64 } from "../util/u64.js";

/** Writes an unsigned 64 bit value as two words, low one first. */
export function writeU64(words: Uint32Array, at: number, value: U64): void {
  if (typeof value === "number") {
    words[at] = value;
    words[at + 1] = value / 0x1_0000_0000;
  } else {
    words[at] = Number(value & 0xffff_ffffn);
    words[at + 1] = Number(value >> 32n);
  }
}

/** Writes an unsigned 128 bit value as four words, low one first; false, and nothing written, if it is none. */
export function writeU128(words: Uint32Array, at: number, value: bigint): boolean {
  if (value === 0n) {
    words.fill(0, at, at + 4);
    return true;
  }
  if (value < 0n || value >> 128n !== 0n) return false;
  for (let word = 0, rest = value; word < 4; word++, rest >>= 32n) {
    words[at + word] = Number(rest & 0xffff_ffffn);
  }
  return true;
}
