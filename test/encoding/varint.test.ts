import { describe, expect, test } from "vitest";
import { readVarint, varint } from "../../src/encoding/varint.js";
import { hex, hexBytes, latin1Bytes } from "../../src/util/bytes.js";
import { U64_MAX, u64 } from "../../src/util/u64.js";

const cases: [value: bigint, encoded: string][] = [
  [0n, "00"],
  [1n, "01"],
  [127n, "7f"],
  [128n, "8001"],
  [300n, "ac02"],
  [2n ** 49n - 1n, "ffffffffffff7f"],
  [2n ** 49n, "8080808080808001"],
  [2n ** 53n - 1n, "ffffffffffffff0f"],
  [2n ** 53n, "8080808080808010"],
  [2n ** 63n, "80808080808080808001"],
  [U64_MAX, "ffffffffffffffffff01"],
];

test.each(cases)("%s", (value, encoded) => {
  expect(hex(latin1Bytes(varint(u64(value))))).toBe(encoded);
  const cursor = { data: hexBytes(`aa${encoded}bb`), offset: 1 };
  expect(readVarint(cursor)).toBe(u64(value));
  expect(cursor.offset).toBe(1 + encoded.length / 2);
});

test("bits beyond the 64th are dropped, as in the reference", () => {
  expect(readVarint({ data: hexBytes("ffffffffffffffffff7f"), offset: 0 })).toBe(U64_MAX);
});

describe("refused", () => {
  test.each([
    ["nothing", ""],
    ["cut off", "80"],
    ["cut off after 8 bytes", "8080808080808080"],
    ["a superfluous zero", "8000"],
    ["a superfluous zero far out", "80808080808080808000"],
    ["11 bytes", "ffffffffffffffffffff01"],
  ])("%s", (_, encoded) => {
    expect(readVarint({ data: hexBytes(encoded), offset: 0 })).toBeUndefined();
  });
});
