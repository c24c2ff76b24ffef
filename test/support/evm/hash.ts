import { blake2b } from "@noble/hashes/blake2.js";

/** blake2b-256 of a text. */
export function textHash(text: string): Uint8Array {
  return blake2b(new TextEncoder().encode(text), { dkLen: 32 });
}
