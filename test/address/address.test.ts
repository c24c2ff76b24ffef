import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ADDRESS_PROTOCOL,
  type Address,
  actorAddress,
  addressBytes,
  addressId,
  addressPayload,
  addressProtocol,
  BLS_ZERO_ADDRESS,
  blsAddress,
  delegatedAddress,
  delegatedParts,
  idAddress,
  parseAddressBytes,
  readAddress,
  secp256k1Address,
} from "../../src/address/address.js";
import { isFvmError } from "../../src/errors.js";
import { hex, hexBytes } from "../../src/util/bytes.js";
import { U64_MAX, u64 } from "../../src/util/u64.js";

const rules = { delegated: true };
const read = (bytes: string) => {
  const address = readAddress(hexBytes(bytes), rules);
  return address === undefined ? undefined : hex(addressBytes(address));
};

describe("byte form", () => {
  test.each([
    ["f00", "0000"],
    ["f0100", "0064"],
    ["f0 of 2^64 - 1", "00ffffffffffffffffff01"],
    ["f1", `01${"ab".repeat(20)}`],
    ["f2", `02${"ff".repeat(20)}`],
    ["f3", `03${"80".repeat(48)}`],
    ["f4", `040a${"cd".repeat(20)}`],
    ["f4 without sub-address", "040a"],
    ["f4 with the longest sub-address", `04ffffffffffffffffff01${"00".repeat(54)}`],
  ])("%s", (_, bytes) => {
    expect(read(bytes)).toBe(bytes);
  });

  test.each([
    ["f0", "00ffffffffffffffffff7f", "00ffffffffffffffffff01"],
    ["f4", "04ffffffffffffffffff7f00", "04ffffffffffffffffff0100"],
  ])("%s: bits beyond the 64th are dropped, as in the reference", (_, bytes, canonical) => {
    expect(read(bytes)).toBe(canonical);
  });

  test.each([
    ["nothing", ""],
    ["a protocol alone", "00"],
    ["a protocol alone (f4)", "04"],
    ["protocol 5", "05000000"],
    ["protocol 255", "ff00"],
    ["f0 with bytes after the ID", "006400"],
    ["f0 that is not minimal", "00e400"],
    ["f0 cut off", "0080"],
    ["f0 of 11 bytes", "00ffffffffffffffffff8001"],
    ["f1 of 19 bytes", `01${"00".repeat(19)}`],
    ["f1 of 21 bytes", `01${"00".repeat(21)}`],
    ["f2 of 19 bytes", `02${"00".repeat(19)}`],
    ["f2 of 48 bytes", `02${"00".repeat(48)}`],
    ["f3 of 20 bytes", `03${"00".repeat(20)}`],
    ["f3 of 49 bytes", `03${"00".repeat(49)}`],
    ["f4 with the namespace cut off", "0480"],
    ["f4 with a namespace that is not minimal", "048a0000"],
    ["f4 with a sub-address of 55 bytes", `040a${"00".repeat(55)}`],
  ])("%s is no address", (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
    expect(() => parseAddressBytes(hexBytes(bytes), rules)).toThrow(
      expect.toSatisfy((error) => isFvmError(error, "INVALID_ADDRESS") && error.details.address === bytes),
    );
  });

  test("f4 does not exist before network version 18", () => {
    expect(readAddress(hexBytes("040a01"), { delegated: false })).toBeUndefined();
    expect(readAddress(hexBytes("0064"), { delegated: false })).toBe(idAddress(100));
  });
});

describe("f0", () => {
  test("any ID comes back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: U64_MAX }), (value) => {
        const id = u64(value);
        const address = idAddress(id);
        expect(addressId(address)).toBe(id);
        expect(readAddress(addressBytes(address), rules)).toBe(address);
      }),
    );
  });

  test.each([0, 127, 128, 2 ** 49 - 1, 2 ** 49, 2 ** 53 - 1, 2n ** 53n, 2n ** 63n, U64_MAX])("f0%s", (id) => {
    expect(addressId(idAddress(id))).toBe(id);
    expect(addressProtocol(idAddress(id))).toBe(ADDRESS_PROTOCOL.ID);
  });

  test("other addresses have no ID", () => {
    expect(addressId(actorAddress(hexBytes("00")))).toBeUndefined();
    expect(addressId(delegatedAddress(10, hexBytes("00")))).toBeUndefined();
  });
});

describe("f4", () => {
  test.each([
    [10, ""],
    [10, "00ff"],
    [2n ** 60n, "11".repeat(54)],
  ])("namespace %s, sub-address %j", (namespace, subaddress) => {
    const address = delegatedAddress(namespace, hexBytes(subaddress));
    expect(delegatedParts(address)).toEqual({ namespace, subaddress: hexBytes(subaddress) });
    expect(readAddress(addressBytes(address), rules)).toBe(address);
  });

  test("other addresses have no namespace", () => {
    expect(delegatedParts(idAddress(10))).toBeUndefined();
  });
});

describe("from keys and data", () => {
  // blake2b-160 of nothing is a published value.
  test("f2 is the hash of its data", () => {
    expect(hex(addressBytes(actorAddress(new Uint8Array(0))))).toBe(
      "023345524abf6bbe1809449224b5972c41790b6cf2",
    );
  });

  test("f1 is the hash of the public key", () => {
    const key = new Uint8Array(65).fill(4);
    expect(addressPayload(secp256k1Address(key))).toEqual(addressPayload(actorAddress(key)));
    expect(addressProtocol(secp256k1Address(key))).toBe(ADDRESS_PROTOCOL.SECP256K1);
  });

  test("f3 is the public key", () => {
    const key = Uint8Array.from({ length: 48 }, (_, i) => (i === 0 ? 0xc0 : 0));
    expect(blsAddress(key)).toBe(BLS_ZERO_ADDRESS);
  });

  test.each<[string, () => Address]>([
    ["a compressed secp256k1 key", () => secp256k1Address(new Uint8Array(33))],
    ["a BLS key of 96 bytes", () => blsAddress(new Uint8Array(96))],
    ["a sub-address of 55 bytes", () => delegatedAddress(10, new Uint8Array(55))],
  ])("%s is refused", (_, act) => {
    expect(act).toThrow(expect.toSatisfy((error) => isFvmError(error, "INVALID_ADDRESS")));
  });
});
