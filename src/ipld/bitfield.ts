import type { CborReader } from "./cbor.js";

const MAX_BYTES = 32;

/** Bitfield of a node: which slots are used, the last ones first, without leading zeros. A latin1 string. */
export function bitfieldOf(slots: readonly unknown[]): string {
  let bits = "";
  for (let end = slots.length; end > 0; ) {
    const start = (end - 1) & ~7;
    let byte = 0;
    for (let slot = start; slot < end; slot++) if (slots[slot] !== undefined) byte |= 1 << (slot & 7);
    if (byte !== 0 || bits !== "") bits += String.fromCharCode(byte);
    end = start;
  }
  return bits;
}

/**
 * Reads a node's bitfield and the head of its array of pointers, of which there must be one for each bit.
 * Returns the slots that are used, in order.
 */
export function readUsedSlots(reader: CborReader, bitWidth: number): number[] {
  const bits = reader.bytes();
  if (bits.length > MAX_BYTES) reader.fail("bitfield too long");
  const used: number[] = [];
  for (let slot = 0; slot < 8 * bits.length; slot++) {
    if (((bits[bits.length - 1 - (slot >> 3)] ?? 0) >> (slot & 7)) & 1) used.push(slot);
  }
  const count = reader.array();
  if (count > 1 << bitWidth) reader.fail("more pointers than the bit width allows");
  if (count !== used.length) reader.fail("number of pointers does not fit the bitfield");
  return used;
}
