import { native } from "../native/index.js";

const BLAKE2B_512 = 0xb240;
/** "1" is the number of constructors, and stands for the standard's first version. */
const PREFIX = "1|";

/** The least number of an exported method; below are those that only builtin actors have. */
export const FIRST_EXPORTED_METHOD = 2 ** 24;

/**
 * The number of an exported method: the first four bytes of a hash of its name, or the next four, from 2^24 on.
 * Source: FRC-0042.
 */
export function exportedMethodNumber(name: string): number {
  const digest = native.hash(BLAKE2B_512, new TextEncoder().encode(PREFIX + name)) as Uint8Array;
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  for (let at = 0; at < digest.length; at += 4) {
    const number = view.getUint32(at);
    if (number >= FIRST_EXPORTED_METHOD) return number;
  }
  // One in 2^128 names has none.
  throw new Error(`no method number for ${name}`);
}
