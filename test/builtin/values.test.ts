import { describe, expect, test } from "vitest";
import { delegatedAddress, idAddress } from "../../src/address/address.js";
import { toJson } from "../../src/builtin/values/json.js";
import { decodedText } from "../../src/builtin/values/text.js";
import type { DecodedValue } from "../../src/builtin/values/value.js";
import { LINK } from "./sample.js";

const text = (value: string): DecodedValue => ({ kind: "text", value });
const integer = (value: number | bigint): DecodedValue => ({ kind: "integer", value });
const list = (...items: DecodedValue[]): DecodedValue => ({ kind: "list", items, omitted: 0 });
const record = (fields: Record<string, DecodedValue>): DecodedValue => ({
  kind: "record",
  fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
});
const map = (...entries: [DecodedValue, DecodedValue][]): DecodedValue => ({
  kind: "map",
  entries,
  omitted: 0,
});

test.each<[string, DecodedValue, unknown, string]>([
  ["null", { kind: "null" }, null, "none"],
  ["a flag", { kind: "bool", value: true }, true, "yes"],
  ["an integer", integer(7), 7, "7"],
  ["an integer beyond 2^53", integer(2n ** 64n - 1n), "18446744073709551615", "18446744073709551615"],
  ["an integer of any size", integer(7n), "7", "7"],
  ["a float", { kind: "float", value: 0.5 }, 0.5, "0.5"],
  ["no number", { kind: "float", value: Number.NaN }, "NaN", "NaN"],
  ["FIL", { kind: "amount", value: 15n * 10n ** 17n, unit: "FIL" }, "1500000000000000000", "1.5 FIL"],
  ["data cap", { kind: "amount", value: 10n ** 18n, unit: "DataCap" }, "1000000000000000000", "1.0 DataCap"],
  [
    "a number with a name",
    { kind: "named", value: 16, name: "USR_ILLEGAL_ARGUMENT" },
    { value: 16, name: "USR_ILLEGAL_ARGUMENT" },
    "USR_ILLEGAL_ARGUMENT (16)",
  ],
  ["text", text('a"b'), 'a"b', '"a\\"b"'],
  ["bytes", { kind: "bytes", value: Uint8Array.of(1, 0xab) }, "0x01ab", "0x01ab"],
  ["an address", { kind: "address", value: idAddress(1234) }, "f01234", "f01234"],
  [
    "a CID",
    { kind: "cid", value: LINK },
    "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a",
    "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a",
  ],
  [
    "ranges",
    {
      kind: "ranges",
      ranges: [
        [1, 5],
        [7, 7],
      ],
      omitted: 0,
    },
    [
      [1, 5],
      [7, 7],
    ],
    "<1-5, 7>",
  ],
  [
    "ranges left out",
    { kind: "ranges", ranges: [[1, 5]], omitted: 9 },
    [[1, 5], { omitted: 9 }],
    "<1-5, … 9 more>",
  ],
  ["a list", list(integer(1), text("a")), [1, "a"], '[1, "a"]'],
  [
    "items left out",
    { kind: "list", items: [integer(1)], omitted: 1000 },
    [1, { omitted: 1000 }],
    "[1 … 1,000 more]",
  ],
  ["all items left out", { kind: "list", items: [], omitted: 2 }, [{ omitted: 2 }], "[… 2 more]"],
  ["a record", record({ a: integer(1), b: { kind: "null" } }), { a: 1, b: null }, "{a: 1, b: none}"],
  ["a map from texts", map([text("a"), integer(1)]), { a: 1 }, '{"a": 1}'],
  ["a map from integers", map([integer(1), integer(2)]), [[1, 2]], "{1: 2}"],
  [
    "a map with the same key twice",
    map([text("a"), integer(1)], [text("a"), integer(2)]),
    [
      ["a", 1],
      ["a", 2],
    ],
    '{"a": 1, "a": 2}',
  ],
  ["what was cut", { kind: "cut", bytes: 1_048_576 }, { cut: 1_048_576 }, "… (1,048,576 bytes)"],
])("%s", (_, value, json, line) => {
  expect(toJson(value)).toEqual(json);
  expect(decodedText(value)).toBe(line);
});

test("an f410 address is shown as Ethereum's, too", () => {
  const value: DecodedValue = { kind: "address", value: delegatedAddress(10, new Uint8Array(20).fill(0xab)) };
  const address = "f410fvov2xk5lvov2xk5lvov2xk5lvov2xk5lc6wbxja";
  const eth = `0x${"ab".repeat(20)}`;
  expect(toJson(value)).toEqual({ address, eth });
  expect(decodedText(value)).toBe(`${address} (${eth})`);
  const other: DecodedValue = { kind: "address", value: delegatedAddress(11, new Uint8Array(20)) };
  expect(toJson(other)).toMatch(/^f411f/);
});

test("on a test network", () => {
  const value = list({ kind: "address", value: idAddress(1234) });
  expect(toJson(value, { letter: "t" })).toEqual(["t01234"]);
  expect(decodedText(value, { letter: "t" })).toBe("[t01234]");
});

test("a key that JavaScript has a meaning for is like any other", () => {
  const json = toJson(map([text("__proto__"), integer(1)]));
  expect(JSON.stringify(json)).toBe('{"__proto__":1}');
});

describe("text", () => {
  test("on several lines", () => {
    const value = record({ a: integer(1), b: list(text("x"), record({ c: { kind: "null" } })), d: list() });
    expect(decodedText(value, { multiline: true })).toBe(
      `{
  a: 1
  b: [
    "x"
    {
      c: none
    }
  ]
  d: []
}`,
    );
  });

  test("is cut at its limit", () => {
    const value = list(...Array.from({ length: 1000 }, (_, i) => integer(i)));
    expect(decodedText(value)).toHaveLength(400);
    expect(decodedText(value, { limit: 10 })).toBe("[0, 1, 2,…");
  });

  test("of long texts and bytes is cut", () => {
    expect(decodedText(text("x".repeat(1000)))).toBe(`"${"x".repeat(256)}"… (1,000 characters)`);
    expect(decodedText({ kind: "bytes", value: new Uint8Array(65) })).toBe(
      `0x${"00".repeat(32)}… (65 bytes)`,
    );
  });

  test("has no characters that change what a terminal shows", () => {
    expect(decodedText(text("a\x1b[2J\x9b\u202eb\n"))).toBe('"a\\u001b[2J\\u009b\\u202eb\\n"');
  });
});
