import { type I64, U64_MAX } from "./u64.js";

/** Writes a 64-bit value, unsigned or in two's complement, as two words, low one first. */
export function writeU64(words: Uint32Array, at: number, value: I64): void {
  if (typeof value === "number") {
    words[at] = value;
    words[at + 1] = Math.floor(value / 0x1_0000_0000);
  } else {
    words[at] = Number(value & 0xffff_ffffn);
    words[at + 1] = Number(value >> 32n);
  }
}

const U128_MAX = 2n ** 128n - 1n;
// V8 stores the low bits of a bigint without making another bigint. The low word is first on every platform
// there is an addon for.
const halves = new BigUint64Array(2);
const halfWords = new Uint32Array(halves.buffer);

/** Writes an unsigned 128 bit value as four words, low one first; false, and nothing written, if it is none. */
export function writeU128(words: Uint32Array, at: number, value: bigint): boolean {
  if (value < 0n || value > U128_MAX) return false;
  halves[0] = value; // its low 64 bits
  halves[1] = value > U64_MAX ? value >> 64n : 0n;
  for (let word = 0; word < 4; word++) words[at + word] = halfWords[word] as number;
  return true;
}
