import fc from "fast-check";
import { expect, test } from "vitest";
import {
  actorAddress,
  addressId,
  blsAddress,
  delegatedAddress,
  idAddress,
} from "../../../src/address/address.js";
import { parseAddress } from "../../../src/address/text.js";
import {
  type EthAddress,
  ethAddressOf,
  ethToFilecoin,
  filecoinToEth,
  isEthAddress,
  maskedId,
} from "../../../src/builtin/evm/eth-address.js";
import { isFvmError } from "../../../src/errors.js";
import { hex } from "../../../src/util/bytes.js";

// From FIP-0048 and the documents of Filecoin.
const ETH = "0xd388ab098ed3e84c0d808776440b48f685198498";
const F410 = parseAddress("f410f2oekwcmo2pueydmaq53eic2i62crtbeyuzx2gmy");

test("an f410 address", () => {
  expect(ethToFilecoin(ETH)).toBe(F410);
  expect(ethToFilecoin(`0x${ETH.slice(2).toUpperCase()}`)).toBe(F410);
  expect(filecoinToEth(F410)).toBe(ETH);
});

test("masked IDs", () => {
  expect(maskedId(1)).toBe("0xff00000000000000000000000000000000000001");
  expect(filecoinToEth(idAddress(99))).toBe("0xff00000000000000000000000000000000000063");
  expect(addressId(ethToFilecoin(maskedId(2n ** 64n - 1n)))).toBe(2n ** 64n - 1n);
  // Not quite masked.
  const near: EthAddress = "0xff00000000000000000000010000000000000001";
  expect(ethToFilecoin(near).charCodeAt(0)).toBe(4);
  expect(filecoinToEth(ethToFilecoin(near))).toBe(near);
});

test("there and back", () => {
  const bytes = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(bytes, (address) => {
      const eth = `0x${hex(address)}` as const;
      expect(filecoinToEth(ethToFilecoin(eth))).toBe(eth);
    }),
  );
});

test("addresses that only a state resolves", () => {
  const others = [
    actorAddress(Uint8Array.of(1)),
    blsAddress(new Uint8Array(48)),
    delegatedAddress(11, new Uint8Array(20)),
    delegatedAddress(10, new Uint8Array(19)),
  ];
  for (const address of others) expect(filecoinToEth(address)).toBeUndefined();
});

test("actors as contracts see them", () => {
  expect(ethAddressOf(7, { delegatedAddress: F410 })).toBe(ETH);
  expect(ethAddressOf(7, { delegatedAddress: undefined })).toBe(maskedId(7));
  expect(ethAddressOf(7, undefined)).toBe(maskedId(7));
  expect(ethAddressOf(7, { delegatedAddress: delegatedAddress(11, new Uint8Array(20)) })).toBe(maskedId(7));
});

test.each(["0x12", ETH.slice(2), `${ETH}00`, `0x${"g".repeat(40)}`, 5, undefined])(
  "no address: %s",
  (bad) => {
    expect(isEthAddress(bad)).toBe(false);
    expect(() => ethToFilecoin(bad as EthAddress)).toThrow(
      expect.toSatisfy((error) => isFvmError(error, "INVALID_ADDRESS")),
    );
  },
);
