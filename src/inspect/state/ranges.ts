import type { Range } from "../../builtin/values/value.js";
import { i64 } from "../../util/u64.js";

/** The integers of some runs that are not in others, as runs. Both are in order and do not overlap. */
export function rangesWithout(ranges: readonly Range[], others: readonly Range[]): Range[] {
  const left: Range[] = [];
  let at = 0;
  for (const [first, last] of ranges) {
    let start = BigInt(first);
    while (at < others.length && (others[at]?.[1] ?? 0) < start) at++;
    // A long run among the others may reach into the next one of these.
    for (let next = at; start <= last && next < others.length; next++) {
      const [from, to] = others[next] as Range;
      if (from > last) break;
      if (from > start) left.push([i64(start), i64(BigInt(from) - 1n)]);
      start = BigInt(to) + 1n;
    }
    if (start <= last) left.push([i64(start), last]);
  }
  return left;
}
