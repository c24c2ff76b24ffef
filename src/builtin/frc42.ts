import { METHOD_CONSTRUCTOR } from "../message/methods.js";
import { native } from "../native/index.js";
import { type Check, is } from "../util/check.js";
import { checkOption } from "../util/options.js";

const BLAKE2B_512 = 0xb240;
/** "1" is the number of constructors, and stands for the standard's first version. */
const PREFIX = "1|";

/** The least number of an exported method; below are those that only builtin actors have. */
export const FIRST_EXPORTED_METHOD = 2 ** 24;

const isName: Check = is(
  (value) => typeof value === "string" && /^[A-Z_][A-Za-z0-9_]*$/.test(value),
  "a method's name: a capital letter or _, then letters, digits and _",
);

/**
 * The number of an exported method: the first four bytes of a hash of its name, or the next four, from 2^24 on;
 * of `Constructor` 1. Throws `FvmError` INVALID_OPTION if the standard allows no such name. Source: FRC-0042.
 */
export function exportedMethodNumber(name: string): number {
  checkOption("name", name, isName);
  if (name === "Constructor") return METHOD_CONSTRUCTOR;
  const digest = native.hash(BLAKE2B_512, new TextEncoder().encode(PREFIX + name)) as Uint8Array;
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  for (let at = 0; at < digest.length; at += 4) {
    const number = view.getUint32(at);
    if (number >= FIRST_EXPORTED_METHOD) return number;
  }
  // One in 2^128 names has none.
  throw new Error(`no method number for ${name}`);
}
