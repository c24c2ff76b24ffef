import { expect, test } from "vitest";
import { type Snapshot, Snapshots } from "../../../src/node/dev/snapshots.js";

const some = (n: number) => ({ clock: { offset: n } }) as unknown as Snapshot;

test("numbers rise, whatever is forgotten", () => {
  const snapshots = new Snapshots();
  expect([snapshots.add(some(1)), snapshots.add(some(2)), snapshots.add(some(3))]).toEqual([1, 2, 3]);
  snapshots.forgetFrom(2);
  expect(snapshots.get(1)?.clock.offset).toBe(1);
  expect(snapshots.get(2)).toBeUndefined();
  expect(snapshots.add(some(4))).toBe(4);
  expect([...snapshots.takeChanges()]).toEqual([]);
});

test("those that are kept go on behind the last number, and say what changes", () => {
  const snapshots = new Snapshots({ byId: new Map([[7, some(7)]]), last: 9 });
  expect(snapshots.add(some(10))).toBe(10);
  snapshots.forgetFrom(7);
  expect([...snapshots.takeChanges()]).toEqual([
    [10, undefined],
    [7, undefined],
  ]);
  expect([...snapshots.takeChanges()]).toEqual([]);
});

test("the oldest one goes when there are too many", () => {
  const snapshots = new Snapshots();
  for (let i = 1; i <= 10_001; i++) snapshots.add(some(i));
  expect(snapshots.get(1)).toBeUndefined();
  expect(snapshots.get(2)?.clock.offset).toBe(2);
  expect(snapshots.get(10_001)?.clock.offset).toBe(10_001);
});
