import fc from "fast-check";
import { expect, test } from "vitest";
import { Journal, JournaledMap } from "../../../src/vm/state-tree/journal.js";

test("a rollback restores all maps of the journal", () => {
  const journal = new Journal();
  const letters = new JournaledMap<string, number>(journal);
  const numbers = new JournaledMap<number, string | null>(journal);
  letters.set("a", 1);
  const height = journal.height;
  letters.set("a", 2);
  numbers.set(1, null);
  letters.set("b", 3);
  letters.set("a", 4);
  journal.rollback(height);
  expect([letters.get("a"), letters.get("b"), numbers.get(1)]).toEqual([1, undefined, undefined]);
});

test("what is cached stays, what is committed, too", () => {
  const journal = new Journal();
  const map = new JournaledMap<string, number>(journal);
  map.set("committed", 1);
  journal.commit();
  map.cache("cached", 2);
  map.set("cached", 3);
  journal.rollback(0);
  expect([map.get("committed"), map.get("cached")]).toEqual([1, 2]);
});

test("only a change is logged", () => {
  const journal = new Journal();
  const map = new JournaledMap<string, number>(journal);
  map.set("a", 1);
  const { height } = journal;
  map.set("a", 1);
  expect(journal.height).toBe(height);
  map.set("a", 2);
  journal.rollback(height);
  expect(map.get("a")).toBe(1);
});

test("nested transactions are as copies of the map", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ key: fc.integer({ min: 0, max: 4 }), value: fc.integer() }),
      fc.constantFrom("begin", "commit", "revert" as const),
    ),
  );
  fc.assert(
    fc.property(steps, (script) => {
      const journal = new Journal();
      const map = new JournaledMap<number, number>(journal);
      let model = new Map<number, number>();
      const open: { height: number; model: Map<number, number> }[] = [];
      for (const step of script) {
        if (typeof step !== "string") {
          map.set(step.key, step.value);
          model.set(step.key, step.value);
        } else if (step === "begin") {
          open.push({ height: journal.height, model: new Map(model) });
        } else {
          const begun = open.pop();
          if (begun !== undefined && step === "revert") {
            journal.rollback(begun.height);
            model = begun.model;
          }
        }
      }
      for (let key = 0; key < 5; key++) expect(map.get(key)).toBe(model.get(key));
    }),
  );
});

test("what was before a change is known until it is committed", () => {
  const journal = new Journal();
  const letters = new JournaledMap<string, number>(journal);
  const others = new JournaledMap<string, number>(journal);
  letters.set("a", 1);
  journal.commit();
  letters.cache("b", 2);
  for (const value of [2, 3]) letters.set("a", value);
  letters.set("b", 3);
  letters.set("c", 4);
  others.set("d", 5);
  const { height } = journal;
  letters.set("e", 6);
  journal.rollback(height);
  const before = journal.before();
  expect(letters.keysIn(before)).toEqual(["a", "b", "c"]);
  expect(others.keysIn(before)).toEqual(["d"]);
  const values = ["a", "b", "c", "e", "f"].map((key) => letters.valueIn(before, key));
  expect(values).toEqual([1, 2, undefined, undefined, undefined]);
  expect(["a", "b", "c"].map((key) => letters.get(key))).toEqual([3, 3, 4]);
  journal.commit();
  expect(letters.keysIn(journal.before())).toEqual([]);
});
