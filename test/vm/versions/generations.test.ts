/** Which network versions differ in nothing but their actors: what is true of one is true of the other. */
import { expect, test } from "vitest";
import { networkVersion } from "../../../src/vm/network/version.js";

/** Fields that a version may have of its own beside rules and prices. */
const OWN = ["version", "name", "actorsVersion", "changes"];

const shared = (version: number) =>
  Object.fromEntries(Object.entries(networkVersion(version)).filter(([field]) => !OWN.includes(field)));

test.each([
  [17, 16],
  [19, 18],
  [20, 18],
  [22, 21],
  [23, 21],
  [24, 21],
  [26, 25],
  [27, 25],
])("%i has rules and prices of %i", (version, first) => {
  expect(Object.keys(shared(first))).toEqual(expect.arrayContaining(["rules", "priceList", "engine"]));
  expect(shared(version)).toEqual(shared(first));
});

test.each([
  [18, 17],
  [21, 20],
  [25, 24],
])("%i has not those of %i", (version, before) => {
  expect(shared(version)).not.toEqual(shared(before));
});
