import fc from "fast-check";
import { expect, test } from "vitest";
import { Journal } from "../../../src/node/eth/filters/journal.js";

test("what happened is kept in order, as much as was asked for and less than twice as much", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(200), fc.nat(250), (limit, count, from) => {
      const journal = new Journal<number>(limit);
      for (let i = 0; i < count; i++) journal.add(i);
      expect(journal.next).toBe(count);
      const kept = journal.since(0);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(limit, count));
      expect(kept.length).toBeLessThan(2 * limit);
      expect(kept).toEqual(Array.from(kept, (_, i) => count - kept.length + i));
      expect(journal.since(from)).toEqual(kept.filter((item) => item >= from));
    }),
  );
});
