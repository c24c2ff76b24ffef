import type { KamtEntry } from "./kamt-node.js";
import type { KamtWalk } from "./kamt-walk.js";
import type { EntryChange } from "./tree-difference.js";

/** How the entries on two ways differ. What the ways have in common, by CID, is not entered. */
export class KamtDifference implements IterableIterator<EntryChange<bigint, bigint>, undefined> {
  constructor(
    private readonly earlier: KamtWalk,
    private readonly later: KamtWalk,
  ) {}

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<EntryChange<bigint, bigint>, undefined> {
    for (;;) {
      const [before, after] = [this.earlier.place, this.later.place];
      if (before === undefined && after === undefined) return { done: true, value: undefined };
      // The outer of two places within each other has the lesser path.
      const isBefore = after === undefined || (before !== undefined && before.path <= after.path);
      const isAfter = before === undefined || (after !== undefined && after.path <= before.path);
      if (isBefore && isAfter && before?.link !== undefined && before.link.to === after?.link?.to) {
        this.earlier.skip();
        this.later.skip();
      } else if (isBefore && before?.link !== undefined) {
        this.earlier.enter(before);
      } else if (isAfter && after?.link !== undefined) {
        this.later.enter(after);
      } else {
        if (isBefore) this.earlier.skip();
        if (isAfter) this.later.skip();
        const [old, now] = [isBefore ? before?.entry : undefined, isAfter ? after?.entry : undefined];
        if (old?.value === now?.value) continue;
        const { key } = (now ?? old) as KamtEntry;
        return { done: false, value: { key, before: old?.value, after: now?.value } };
      }
    }
  }
}
