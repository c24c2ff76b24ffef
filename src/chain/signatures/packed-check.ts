import { joinBytes } from "../../util/bytes.js";
import type { CheckKind, OpenCheck } from "./check.js";

/** Numbers of kinds, as native/vendor/src/batch/checks.rs has them. */
const KINDS: Readonly<Record<CheckKind, number>> = { bls: 0, blsInG1: 1, secp256k1: 2, eth: 3 };

/**
 * A check as bytes: its kind (a byte), the number of keys, signature, keys; then each text with its length. Numbers
 * are of 32 bits, the low byte first.
 */
export function packedCheck({ kind, signature, keys, texts }: OpenCheck): Uint8Array {
  return joinBytes([
    Uint8Array.of(KINDS[kind]),
    u32(keys.length),
    signature,
    ...keys,
    ...texts.flatMap((text) => [u32(text.length), text]),
  ]);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}
