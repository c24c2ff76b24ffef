import { Buffer } from "node:buffer";
import { latin1 } from "../util/bytes.js";
import type { Codec } from "./cbor.js";

const BYTES = 32;

/** Whether a value is an unsigned integer of 256 bits. */
export function isU256(value: unknown): value is bigint {
  return typeof value === "bigint" && value >= 0n && value >> 256n === 0n;
}

/** 256-bit integers as the EVM actor has them: big-endian bytes without leading zeros. Source: actors/evm/shared/src/uints.rs. */
export const u256Codec: Codec<bigint> = {
  encode(value, writer) {
    const digits = value === 0n ? "" : value.toString(16);
    writer.latin1(latin1(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex")));
  },
  decode(reader) {
    const bytes = reader.bytes();
    if (bytes.length > BYTES) reader.fail(`integer of ${bytes.length} bytes, more than 256 bits`);
    return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  },
};
