import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFvmError } from "../../src/errors.js";
import { decodeCbor, encodeCbor } from "../../src/ipld/cbor.js";
import {
  bigIntegerFromBytes,
  bigIntegerToBytes,
  MAX_BIG_INTEGER_BYTES,
  tokenCodec,
} from "../../src/message/token.js";
import { hex, hexBytes } from "../../src/util/bytes.js";

const LARGEST = 2n ** BigInt(8 * (MAX_BIG_INTEGER_BYTES - 1)) - 1n;

describe("bytes", () => {
  test.each([
    [0n, ""],
    [1n, "0001"],
    [-1n, "0101"],
    [255n, "00ff"],
    [256n, "000100"],
    [10n ** 18n, "000de0b6b3a7640000"],
    [2n ** 64n, "00010000000000000000"],
    [-(2n ** 128n), "010100000000000000000000000000000000"],
  ])("%s", (value, encoded) => {
    expect(hex(bigIntegerToBytes(value))).toBe(encoded);
    expect(bigIntegerFromBytes(hexBytes(encoded))).toBe(value);
  });

  test("round trip of any integer that fits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -LARGEST, max: LARGEST }), (value) => {
        expect(bigIntegerFromBytes(bigIntegerToBytes(value))).toBe(value);
      }),
    );
  });

  test.each([
    ["leading zeros", "000001", 1n],
    ["a negative zero", "01", 0n],
    ["a negative zero with zeros", "010000", 0n],
    ["a bare sign", "00", 0n],
  ])("%s are read, and not written again", (_, encoded, value) => {
    expect(bigIntegerFromBytes(hexBytes(encoded))).toBe(value);
    expect(hex(bigIntegerToBytes(value))).not.toBe(encoded);
  });

  test("the largest", () => {
    expect(bigIntegerToBytes(LARGEST)).toHaveLength(MAX_BIG_INTEGER_BYTES);
    expect(bigIntegerToBytes(-LARGEST)).toHaveLength(MAX_BIG_INTEGER_BYTES);
  });
});

describe("refused with INVALID_BIG_INTEGER", () => {
  test.each([
    ["a sign byte of 2", () => bigIntegerFromBytes(hexBytes("0201"))],
    ["129 bytes", () => bigIntegerFromBytes(new Uint8Array(129))],
    ["writing 128 bytes of magnitude", () => bigIntegerToBytes(LARGEST + 1n)],
    ["writing far more", () => bigIntegerToBytes(-(1n << 4000n))],
  ])("%s", (_, act) => {
    expect(act).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_BIG_INTEGER")));
  });
});

test("as CBOR: a byte string, nothing else", () => {
  expect(hex(encodeCbor(tokenCodec, 1000n))).toBe("430003e8");
  expect(decodeCbor(tokenCodec, hexBytes("430003e8"))).toBe(1000n);
  expect(hex(encodeCbor(tokenCodec, 0n))).toBe("40");
  expect(() => decodeCbor(tokenCodec, hexBytes("811903e8"))).toThrow(/INVALID_CBOR/);
  expect(() => decodeCbor(tokenCodec, hexBytes("430003e800"))).toThrow(/after the end/);
});
