import { setImmediate } from "node:timers/promises";
import type { Database } from "lmdb";
import { plainBytes } from "./table.js";

/** Entries that are read at a time. */
const CHUNK = 256;

/** A range of keys. */
export interface KeyRange<K> {
  /** The first key, if it is there. */
  readonly from?: K;
  /** The key after the last. */
  readonly to?: K;
  /** From the last to the first. */
  readonly reverse?: boolean;
}

/** An entry of a table. */
export interface Entry<K> {
  readonly key: K;
  readonly value: Uint8Array;
}

/**
 * Entries in order of their keys. No cursor is open while others run: the store may be written to, or closed, which
 * an open one would not survive. So what is written in between may or may not be met.
 *
 * @param check called before each look at the table
 */
export async function* scan<K extends string>(
  table: Database<Buffer, K>,
  range: KeyRange<K>,
  check: () => void,
): AsyncGenerator<Entry<K>> {
  let last: K | undefined;
  for (;;) {
    check();
    const chunk = [...table.getRange(rangeOptions(range, last))];
    for (const { key, value } of chunk) yield { key, value: plainBytes(value) };
    if (chunk.length < CHUNK) return;
    last = chunk.at(-1)?.key;
    await setImmediate();
  }
}

/** @param last the key that was met last */
function rangeOptions<K>({ from, to, reverse }: KeyRange<K>, last: K | undefined): object {
  return reverse === true
    ? { start: last ?? to, exclusiveStart: true, end: from, inclusiveEnd: true, reverse, limit: CHUNK }
    : { start: last ?? from, exclusiveStart: last !== undefined, end: to, limit: CHUNK };
}
