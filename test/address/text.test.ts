import fc from "fast-check";
import { base32 } from "multiformats/bases/base32";
import { describe, expect, test } from "vitest";
import { addressBytes, parseAddressBytes } from "../../src/address/address.js";
import { formatAddress, parseAddress } from "../../src/address/text.js";
import { isFvmError } from "../../src/errors.js";
import { native } from "../../src/native/index.js";
import { concatBytes, hex, hexBytes, latin1Bytes } from "../../src/util/bytes.js";

const rules = { delegated: true };

/** Texts made with the reference. */
const cases: [text: string, bytes: string][] = [
  ["f00", "0000"],
  ["f01234", "00d209"],
  ["f018446744073709551615", "00ffffffffffffffffff01"],
  ["f1mrss4pj2g7u2jcqmvc32j4frylj6j5ig6royr4i", "0164652e3d3a37e9a48a0ca8b7a4f0b1c2d3e4f506"],
  ["f2aaaqeayeaudaocajbifqydiob4ibceqtuzr55aq", "02000102030405060708090a0b0c0d0e0f10111213"],
  [
    "f3aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijcemsckjrhfausukzmfuxc7xayzmkq",
    "03000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f",
  ],
  [
    "f3yaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaby2smx7a",
    `03c0${"00".repeat(47)}`,
  ],
  ["f410fkkiiiaajqutyq3qpoayangcx2lsbnhxhe25pnua", "040a52908400098527886e0f7030069857d2e4169ee7"],
  ["f410fbtt5w6q", "040a"],
  ["f418446744073709551615f7574vf3q", "04ffffffffffffffffff01ff"],
  [
    "f432fceirceirceirceirceirceirceirceirceirceirceirceirceirceirceirceirceirceirceirceirceircekouxots",
    `0420${"11".repeat(54)}`,
  ],
];

test.each(cases)("%s", (text, bytes) => {
  const address = parseAddressBytes(hexBytes(bytes), rules);
  expect(formatAddress(address)).toBe(text);
  expect(parseAddress(text)).toBe(address);
});

test.each(cases)("%s on a test network", (text, bytes) => {
  const testText = `t${text.slice(1)}`;
  const address = parseAddressBytes(hexBytes(bytes), rules);
  expect(formatAddress(address, "t")).toBe(testText);
  expect(parseAddress(testText)).toBe(address);
  expect(parseAddress(testText, "t")).toBe(address);
});

test("leading zeros of an ID are read", () => {
  expect(parseAddress("f00001")).toBe(parseAddress("f01"));
});

test("any sub-address comes back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 54 }), (subaddress) => {
      const text = formatAddress(parseAddressBytes(Uint8Array.of(4, 10, ...subaddress), rules));
      expect(hex(addressBytes(parseAddress(text)))).toBe(`040a${hex(subaddress)}`);
    }),
  );
});

const f1 = "f1mrss4pj2g7u2jcqmvc32j4frylj6j5ig6royr4i";

/** The text of what need not be an address. */
function textOf(prefix: string, head: string, payload: string): string {
  const checksum = native.blake2b(latin1Bytes(head + payload), 4);
  return prefix + base32.baseEncode(concatBytes(latin1Bytes(payload), checksum));
}

describe("refused", () => {
  test.each([
    ["f0", "wrong length"],
    ["", "wrong length"],
    [`f4${"0".repeat(137)}`, "wrong length"],
    ["g01", "unknown network"],
    ["F01", "unknown network"],
    ["f51", "unknown protocol"],
    ["fa1", "unknown protocol"],
    ["f0a", "not a decimal number"],
    ["f0-1", "not a decimal number"],
    ["f0+1", "not a decimal number"],
    ["f0 1", "not a decimal number"],
    ["f0000000000000000000001", "number too long"],
    ["f018446744073709551616", "number above 64 bits"],
    ["f1aaaaaa", "bits left over in base32"],
    ["f1aaa", "bits left over in base32"],
    ["f1aa", "no checksum"],
    ["f1aaaaaaaa", "wrong checksum"],
    [`${f1.slice(0, -2)}aa`, "wrong checksum"],
    [f1.replace("m", "n"), "wrong checksum"],
    [f1.toUpperCase().replace("F", "f"), "not base32"],
    [`${f1}=`, "not base32"],
    [`${f1.slice(0, -1)}1`, "not base32"],
    [`${f1.slice(0, -1)}j`, "bits left over in base32"],
    [f1.replace("f1", "f2"), "wrong checksum"],
    ["f410", "no separator after the namespace"],
    ["f4f", "not a decimal number"],
    ["f4fbtt5w6q", "not a decimal number"],
    ["f410f", "no checksum"],
    ["f4018446744073709551615f7574vf3q", "number too long"],
    ["f418446744073709551616f7574vf3q", "number above 64 bits"],
    ["f411fbtt5w6q", "wrong checksum"],
    ["t410tbtt5w6q", "no separator after the namespace"],
  ])("%s: %s", (text, reason) => {
    expect(() => parseAddress(text)).toThrow(
      expect.toSatisfy((error) => {
        return (
          isFvmError(error, "INVALID_ADDRESS") &&
          error.details.reason === reason &&
          error.details.address === text
        );
      }),
    );
  });

  test("an address of the other network, if one is asked for", () => {
    expect(() => parseAddress("t01", "f")).toThrow(/network is not f/);
    expect(() => parseAddress("f01", "t")).toThrow(/network is not t/);
  });

  test("a payload of the wrong length with the right checksum", () => {
    // An f4 text with a correct checksum, but 55 bytes of sub-address: 4 bytes more than fit.
    const tooLong = textOf("f410f", "\x04\x0a", "\x11".repeat(55));
    expect(() => parseAddress(tooLong)).toThrow(/wrong payload length/);
    const shortF1 = textOf("f1", "\x01", "\x11".repeat(19));
    expect(() => parseAddress(shortF1)).toThrow(/wrong payload length/);
  });
});
