import { encode } from "@ipld/dag-cbor";
import { describe, expect, test } from "vitest";
import { decodeValue, encodeValue, typeText, type ValueType, valueType } from "../../src/sdk/values.js";

describe("a value is on the wire what DAG-CBOR makes of it", () => {
  test.each<[ValueType, unknown, unknown]>([
    ["u64", 2n ** 64n - 1n, 2n ** 64n - 1n],
    ["u64", 7, 7],
    ["i64", -(2n ** 63n), -(2n ** 63n)],
    ["i64", -1, -1],
    ["bool", true, true],
    ["text", "größer", "größer"],
    ["bytes", Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ["address", "f0100", Uint8Array.of(0, 100)],
    [
      ["u64", "text"],
      [1, "a"],
      [1, "a"],
    ],
    [{ list: ["u64"] }, [[1], [2]], [[1], [2]]],
    [[], [], []],
  ])("%o", (type, value, wire) => {
    const bytes = encodeValue(type, value, "value");
    expect(bytes).toEqual(Uint8Array.from(encode(wire)));
    expect(decodeValue(type, bytes)).toEqual(value);
  });
});

describe("is refused by its place", () => {
  test.each<[ValueType, unknown, string, string]>([
    ["u64", -1, "v", "-1 is no u64"],
    ["u64", 1.5, "v", "1.5 is no u64"],
    ["u64", 2n ** 64n, "v", "18446744073709551616 is no u64"],
    ["bytes", "text", "v", "a String is no bytes"],
    [["u64", "u64"], [1], "v", "1 items instead of 2"],
    [["u64", { list: "text" }], [1, ["a", 2]], "v[1][1]", "2 is no text"],
    [{ list: "u64" }, 5, "v", "5 is no array"],
  ])("%o of %o", (type, value, option, reason) => {
    expect(() => encodeValue(type, value, "v")).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION", details: { option, reason } }),
    );
  });
});

test.each(["u128", {}, { list: "u64", more: 1 }, null, 5, ["u64", "no"]])("%j is no type", (json) => {
  expect(() => valueType(json, "params")).toThrow(expect.objectContaining({ code: "INVALID_ACTOR" }));
});

test("types in TypeScript", () => {
  expect(typeText(["u64", { list: "bytes" }], "input")).toBe(
    "readonly [number | bigint, readonly (Uint8Array)[]]",
  );
});
