import { expect, test } from "vitest";
import { BoundedMap } from "../../src/util/bounded-map.js";

test("keeps at least the entries used last", () => {
  const map = new BoundedMap<number, string>(4);
  for (let i = 0; i < 100; i++) {
    map.set(i, `value ${i}`);
    for (let last = Math.max(0, i - 3); last <= i; last++) expect(map.get(last)).toBe(`value ${last}`);
  }
});

test("drops what was not used for long", () => {
  const map = new BoundedMap<number, string>(4);
  for (let i = 0; i < 100; i++) map.set(i, "value");
  const kept = Array.from({ length: 100 }, (_, i) => map.get(i)).filter((value) => value !== undefined);
  expect(kept.length).toBeGreaterThanOrEqual(4);
  expect(kept.length).toBeLessThanOrEqual(8);
});

test("an entry in use survives any number of others", () => {
  const map = new BoundedMap<number, string>(4);
  map.set(-1, "kept");
  for (let i = 0; i < 100; i++) {
    map.set(i, "value");
    expect(map.get(-1)).toBe("kept");
  }
});

test("overwrites and clears", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("a", 2);
  expect(map.get("a")).toBe(2);
  map.clear();
  expect(map.get("a")).toBeUndefined();
});
