/** Numbers of many digits, whose reading must not take the square of their length. */
import { describe, expect, test } from "vitest";
import { quantityParam, u64OfText } from "../../../src/node/eth/json.js";
import { wholeTypedData } from "../../../src/node/methods/dev/typed-data.js";
import { ParamError } from "../../../src/node/rpc/errors.js";
import { readValue } from "../../../src/node/rpc/schema.js";

const DIGITS = 10_000_000;

describe("texts of ten million digits", () => {
  test.each(["9", "0x9"])("%s… is out of the range of 64 bits", (start) => {
    expect(() => u64OfText(start + "9".repeat(DIGITS))).toThrow(/value out of range/);
  });

  test("zeros in front do not count", () => {
    expect(u64OfText(`0x${"0".repeat(DIGITS)}11`)).toBe(0x11n);
    expect(u64OfText(`${"0".repeat(DIGITS)}11`)).toBe(11n);
    expect(readValue(quantityParam, `0x${"0".repeat(DIGITS)}`)).toBe(0n);
  });

  test("are longer than any amount of a message", () => {
    expect(() => readValue(quantityParam, `0x${"f".repeat(DIGITS)}`)).toThrow(ParamError);
    expect(readValue(quantityParam, `0x${"f".repeat(254)}`)).toBe(2n ** 1016n - 1n);
  });

  test("are no integer of typed data", () => {
    const types = { A: [{ name: "n", type: "uint256" }] };
    const data = { types, primaryType: "A", message: { n: "9".repeat(DIGITS) } };
    expect(() => wholeTypedData(data)).toThrow(RangeError);
  });
});
