import { native } from "../../native/index.js";

const VERSION_BYTES = 6;

/**
 * The number that lmdb keeps with a named value and compares within a transaction: 48 bits of the value's hash. So a
 * condition can be on what a value is, and not only on how often it was written.
 */
export function versionOf(value: Uint8Array): number {
  const hash = native.blake2b(value, VERSION_BYTES);
  // To lmdb 0 is no version.
  return 1 + hash.reduce((sum, byte) => sum * 0x100 + byte, 0);
}
