import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonOf, parseJson } from "../../../src/node/rpc/json.js";

describe("parseJson", () => {
  test.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", 9007199254740993n],
    ['{"a":[1, -18446744073709551615]}', { a: [1, -18446744073709551615n] }],
    ["1e30", 1e30],
    ["123456789012345678e-1", 12345678901234568],
    ['{"id":12345678901234567890,"id":2}', { id: 2 }],
    ['{"text":"[1234567890123456789"}', { text: "[1234567890123456789" }],
    [' {"a":"}\\"]"} and more', { a: '}"]' }],
    ["[1][2]", [1]],
  ])("%s", (text, value) => expect(parseJson(text)).toEqual(value));

  test.each(["", "{", "[1", "tru", "1 2", '{"a":1]', "{]}", '"'])("%j is refused", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  test("nesting as deep as the text is long does not end the process", () => {
    const text = "[".repeat(1_000_000);
    expect(() => parseJson(text)).toThrow();
    expect(() => parseJson(`[12345678901234567890,${text}`)).toThrow();
  });

  test("a string without an end costs no more than its length", () => {
    expect(() => parseJson(`{"${'\\"'.repeat(4_000_000)}`)).toThrow(SyntaxError);
  });

  test("any value comes back", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.bigInt(2n ** 53n, 2n ** 80n), (value, big) => {
        const text = jsonOf({ value, big });
        expect(jsonOf(parseJson(text))).toBe(text);
        expect(parseJson(text)).toHaveProperty("big", big);
      }),
    );
  });
});

test("what JSON lacks is null", () => {
  expect(jsonOf(undefined)).toBe("null");
  expect(jsonOf({ a: 1n, b: undefined, c: [undefined] })).toBe('{"a":1,"c":[null]}');
});
