import { expect, test } from "vitest";
import { bytesEqual, concatBytes, hex, hexBytes, latin1, latin1Bytes } from "../../src/util/bytes.js";

const allBytes = Uint8Array.from({ length: 256 }, (_, i) => i);

test("latin1 keeps every byte", () => {
  const text = latin1(allBytes);
  expect(Array.from(text, (char) => char.charCodeAt(0))).toEqual(Array.from(allBytes));
  expect(latin1Bytes(text)).toEqual(allBytes);
});

test("latin1 of a part of a view", () => {
  expect(latin1(allBytes.subarray(10, 20), 2, 4)).toBe("\x0c\x0d");
});

test("latin1 orders like bytes", () => {
  expect(latin1(Uint8Array.of(0x7f)) < latin1(Uint8Array.of(0x80))).toBe(true);
  expect(latin1(Uint8Array.of(1)) < latin1(Uint8Array.of(1, 0))).toBe(true);
});

test("hex", () => {
  expect(hex(allBytes.subarray(253))).toBe("fdfeff");
  expect(hexBytes("00fDfeFF")).toEqual(Uint8Array.of(0, 0xfd, 0xfe, 0xff));
  expect(hexBytes("")).toEqual(new Uint8Array(0));
});

test("hexBytes reads texts of any length", () => {
  const text = "ab".repeat(8 * 2 ** 20);
  expect(hexBytes(text)).toHaveLength(text.length / 2);
});

test.each(["0", "0g", "0x00", " 00"])("hexBytes refuses %j", (text) => {
  expect(() => hexBytes(text)).toThrow(TypeError);
});

test("concatBytes and bytesEqual", () => {
  const joined = concatBytes(allBytes.subarray(0, 3), new Uint8Array(0), allBytes.subarray(3));
  expect(bytesEqual(joined, allBytes)).toBe(true);
  expect(bytesEqual(joined, allBytes.subarray(1))).toBe(false);
});
