import { FvmError } from "../errors.js";
import type { CborReader, CborWriter, Codec } from "../ipld/cbor.js";
import { NO_BYTES } from "../util/bytes.js";

/** Bytes that the sign and the magnitude may have together. */
export const MAX_BIG_INTEGER_BYTES = 128;

/** The magnitude that needs a byte more. */
const TOO_LARGE = 1n << BigInt(8 * (MAX_BIG_INTEGER_BYTES - 1));

const PLUS = 0;
const MINUS = 1;

const scratch = new Uint8Array(MAX_BIG_INTEGER_BYTES);
const scratchView = new DataView(scratch.buffer);

/**
 * A sign byte and the magnitude, big-endian; nothing for 0. The view is valid until the next call.
 * Throws `FvmError` INVALID_BIG_INTEGER above 127 bytes.
 */
function bigIntegerView(value: bigint): Uint8Array {
  if (value === 0n) return NO_BYTES;
  let start = MAX_BIG_INTEGER_BYTES;
  for (let rest = value < 0n ? -value : value; rest !== 0n; rest >>= 64n) {
    if (start === 0) return tooLong();
    start -= 8;
    scratchView.setBigUint64(start, rest);
  }
  while (scratch[start] === 0) start++;
  if (start === 0) return tooLong();
  scratch[start - 1] = value < 0n ? MINUS : PLUS;
  return scratch.subarray(start - 1);
}

/**
 * A big integer's bytes: a sign byte and the magnitude, big-endian; nothing for 0.
 * Throws `FvmError` INVALID_BIG_INTEGER above 128 bytes. Source: shared/src/bigint/bigint_ser.rs.
 */
export function bigIntegerToBytes(value: bigint): Uint8Array {
  return bigIntegerView(value).slice();
}

/** Leading zeros and a negative zero are accepted. Throws `FvmError` INVALID_BIG_INTEGER. */
export function bigIntegerFromBytes(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  const sign = bytes[0];
  if (sign !== PLUS && sign !== MINUS) {
    throw new FvmError("INVALID_BIG_INTEGER", { reason: `sign byte ${sign}` });
  }
  if (bytes.length > MAX_BIG_INTEGER_BYTES) return tooLong();
  const magnitude = unsignedFromBytes(bytes, 1);
  return sign === MINUS ? -magnitude : magnitude;
}

/** Big-endian, from `start` on. */
function unsignedFromBytes(bytes: Uint8Array, start: number): bigint {
  let value = 0n;
  let chunk = 0; // 48 bits at a time: exact in a double
  for (let i = start; i < bytes.length; i++) {
    chunk = chunk * 0x100 + (bytes[i] ?? 0);
    if ((bytes.length - 1 - i) % 6 !== 0) continue;
    value = value === 0n ? BigInt(chunk) : (value << 48n) | BigInt(chunk);
    chunk = 0;
  }
  return value;
}

/** Whether its bytes are not too many. */
export function fitsToken(value: bigint): boolean {
  return value < TOO_LARGE && value > -TOO_LARGE;
}

export function writeToken(writer: CborWriter, attoFil: bigint): void {
  writer.bytes(bigIntegerView(attoFil));
}

export function readToken(reader: CborReader): bigint {
  return bigIntegerFromBytes(reader.bytes());
}

/** A token amount in attoFIL, or any big integer, as a CBOR byte string. */
export const tokenCodec: Codec<bigint> = {
  encode: (attoFil, writer) => writeToken(writer, attoFil),
  decode: readToken,
};

const ATTO_PER_FIL = 10n ** 18n;

/** An amount in FIL, with all its digits and at least one decimal. Source: shared/src/econ/mod.rs. */
export function formatFil(attoFil: bigint): string {
  const atto = attoFil < 0n ? -attoFil : attoFil;
  const decimals = `${atto % ATTO_PER_FIL}`.padStart(18, "0").replace(/(?<=.)0+$/, "");
  return `${attoFil < 0n ? "-" : ""}${atto / ATTO_PER_FIL}.${decimals}`;
}

function tooLong(): never {
  throw new FvmError("INVALID_BIG_INTEGER", { reason: `longer than ${MAX_BIG_INTEGER_BYTES} bytes` });
}
