/** Bloom filters over the addresses and topics of logs. Source: Ethereum's yellow paper, 4.3.1. */
import { keccak } from "../../chain/signatures/eth-sender.js";
import { type Hex, hexOf } from "../../inspect/tracers/hex.js";
import { hexBytes } from "../../util/bytes.js";
import type { EthLog } from "./logs.js";

const BYTES = 256;
const BITS = 8 * BYTES;
/** Bits that each value sets. */
const BITS_OF_VALUE = 3;

/** Filter that says of nothing that it is not there: Lotus's where it has no other. */
export const FULL_BLOOM: Hex = `0x${"ff".repeat(BYTES)}`;

export function bloomOf(logs: readonly EthLog[]): Hex {
  const bloom = new Uint8Array(BYTES);
  const values = new Set(logs.flatMap(({ address, topics }) => [address, ...topics]));
  for (const value of values) add(bloom, hexBytes(value.slice(2)));
  return hexOf(bloom);
}

/** The filter of all that these filters are of. */
export function bloomOfAll(blooms: readonly Hex[]): Hex {
  const [first] = blooms;
  if (first !== undefined && blooms.length === 1) return first;
  const all = new Uint8Array(BYTES);
  for (const bloom of blooms) {
    const bits = hexBytes(bloom.slice(2));
    for (let i = 0; i < BYTES; i++) all[i] = (all[i] as number) | (bits[i] as number);
  }
  return hexOf(all);
}

function add(bloom: Uint8Array, value: Uint8Array): void {
  for (const bit of bitsOf(value)) {
    const place = BYTES - 1 - (bit >> 3);
    bloom[place] = (bloom[place] as number) | (1 << (bit & 7));
  }
}

/** The bits that an address or a topic sets. */
export function bitsOf(value: Uint8Array): readonly number[] {
  const hash = keccak(value);
  return Array.from({ length: BITS_OF_VALUE }, (_, i) => {
    return (((hash[2 * i] as number) << 8) | (hash[2 * i + 1] as number)) % BITS;
  });
}

/** Whether these bits are all set. */
export function hasBits(bloom: Uint8Array, bits: readonly number[]): boolean {
  return bits.every((bit) => (((bloom[BYTES - 1 - (bit >> 3)] as number) >> (bit & 7)) & 1) === 1);
}
