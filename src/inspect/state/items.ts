import { isDeepStrictEqual } from "node:util";
import type { DecodedValue } from "../../builtin/values/value.js";

/** An item in which two lists differ. */
export interface ItemDifference {
  /** Place in the list that has it: in both. */
  readonly index: number;
  /** Undefined: it was added. */
  readonly before: DecodedValue | undefined;
  /** Undefined: it was removed. */
  readonly after: DecodedValue | undefined;
}

/**
 * The items in which two lists differ. Lists of one length are compared place by place; of others what they begin and
 * end with alike is the same, and what is between was removed and added.
 */
export function itemDifferences(
  before: readonly DecodedValue[],
  after: readonly DecodedValue[],
): ItemDifference[] {
  if (before.length === after.length) {
    return before
      .map((item, index) => ({ index, before: item, after: after[index] }))
      .filter((pair) => !isDeepStrictEqual(pair.before, pair.after));
  }
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isDeepStrictEqual(before[start], after[start])) start++;
  let end = 0;
  while (end < shorter - start && isDeepStrictEqual(before.at(-1 - end), after.at(-1 - end))) end++;
  const middle = (items: readonly DecodedValue[]) =>
    items.slice(start, items.length - end).map((item, i) => [start + i, item] as const);
  return [
    ...middle(before).map(([index, item]) => ({ index, before: item, after: undefined })),
    ...middle(after).map(([index, item]) => ({ index, before: undefined, after: item })),
  ];
}
