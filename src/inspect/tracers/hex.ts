/** Values in Ethereum's JSON. */
import { hex } from "../../util/bytes.js";

/** Text of `0x` and hexadecimal digits: of bytes, two for each; of a number, without leading zeros. */
export type Hex = `0x${string}`;

export function hexOf(bytes: Uint8Array): Hex {
  return `0x${hex(bytes)}`;
}

export function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}

/** A word of 32 bytes. */
export function hexWord(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
