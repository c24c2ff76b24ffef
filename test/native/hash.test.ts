/** Hash functions against another library, at all lengths around the edges of their blocks. */
import { blake2b } from "@noble/hashes/blake2.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect, test } from "vitest";
import { native } from "#src/native/index.js";

/** Five blocks of the longest, and a large one. */
const LENGTHS = [...Array(5 * 136 + 2).keys(), 100_000];

const data = Uint8Array.from({ length: 100_006 }, (_, i) => (i * 167 + (i >> 8)) & 0xff);

test.each([
  ["SHA-256", 0x12, sha256],
  ["blake2b-256", 0xb220, (bytes: Uint8Array) => blake2b(bytes, { dkLen: 32 })],
  ["blake2b-512", 0xb240, (bytes: Uint8Array) => blake2b(bytes, { dkLen: 64 })],
  ["keccak-256", 0x1b, keccak_256],
  ["RIPEMD-160", 0x1053, ripemd160],
])("%s", (_, code, hash) => {
  for (const length of LENGTHS) {
    // At another alignment each time.
    const start = length % 7;
    const bytes = data.subarray(start, start + length);
    const hex = (digest: Uint8Array | undefined) => digest && Buffer.from(digest).toString("hex");
    expect(hex(native.hash(code, bytes)), `of ${length} bytes`).toBe(hex(hash(bytes)));
  }
});
