import { addSat, type U64, U64_MAX, u64 } from "../../util/u64.js";
import type { Budget } from "./limits.js";
import type { Range } from "./value.js";

/** Bytes that an encoded bit field may have. */
const MAX_BYTES = 32 * 1024;
const MAX_VARINT_BYTES = 10;

/** A bit field's runs of set bits, as far as the budget goes. */
export interface Runs {
  readonly ranges: readonly Range[];
  readonly omitted: number;
}

/**
 * Reads a bit field in RLE+. Returns undefined if it is malformed, or not in its shortest form.
 * Source: ref-fvm ipld/bitfield/src/rleplus.
 */
export function readBitField(data: Uint8Array, budget: Budget): Runs | undefined {
  if (data.length > MAX_BYTES || data.at(-1) === 0) return undefined;
  const bits = new Bits(data);
  if (bits.read(2) !== 0) return undefined;
  let isSet = bits.read(1) === 1;
  const ranges: Range[] = [];
  let omitted = 0;
  for (let start: U64 = 0; bits.hasMore; isSet = !isSet) {
    const length = readLength(bits);
    if (length === undefined) return undefined;
    const end: U64 = addSat(start, length);
    if (end === U64_MAX && BigInt(start) + BigInt(length) > U64_MAX) return undefined;
    if (isSet && budget.takeItem()) ranges.push([start, u64(BigInt(end) - 1n)]);
    else if (isSet) omitted++;
    start = end;
  }
  // The last run is of set bits.
  return isSet ? undefined : { ranges, omitted };
}

/** A run's length: `1`; `01` and four bits; `00` and a varint. */
function readLength(bits: Bits): U64 | undefined {
  if (bits.read(1) === 1) return 1;
  if (bits.read(1) === 1) {
    const length = bits.read(4);
    return length < 2 ? undefined : length;
  }
  const length = readVarint(bits);
  return length === undefined || length < 16 ? undefined : length;
}

function readVarint(bits: Bits): U64 | undefined {
  let value = 0n;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bits.read(8);
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte >= 0x80) continue;
    return (byte === 0 && i > 0) || value > U64_MAX ? undefined : u64(value);
  }
  return undefined;
}

/** Bits, lowest of each byte first; zeros behind the end. */
class Bits {
  private at = 0;
  /** Behind the last set bit. */
  private readonly end: number;

  constructor(private readonly data: Uint8Array) {
    this.end = data.length === 0 ? 0 : 8 * data.length - Math.clz32(data.at(-1) ?? 0) + 24;
  }

  get hasMore(): boolean {
    return this.at < this.end;
  }

  /** @param count 8 at most */
  read(count: number): number {
    const byte = this.at >> 3;
    const window = (this.data[byte] ?? 0) | ((this.data[byte + 1] ?? 0) << 8);
    const value = (window >> (this.at & 7)) & ((1 << count) - 1);
    this.at += count;
    return value;
  }
}
