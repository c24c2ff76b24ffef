import { expect, test } from "vitest";
import { type Address, delegatedAddress, idAddress, secp256k1Address } from "../../src/address/address.js";
import { formatAddress } from "../../src/address/text.js";
import { type AddressBook, addressForms, resolveAddressForms } from "../../src/builtin/addresses.js";

const ETH = new Uint8Array(20).fill(0xab);
const eth = `0x${"ab".repeat(20)}`;
const masked = "0xff000000000000000000000000000000000004d2";
const f410 = delegatedAddress(10, ETH);
const key = secp256k1Address(new Uint8Array(65).fill(1));
const f1 = formatAddress(key);
const f4 = formatAddress(f410);

test.each<[string, Address, object, object]>([
  ["an ID", idAddress(1234), {}, { id: "f01234", eth: masked }],
  [
    "an ID of an Ethereum account",
    idAddress(1234),
    { delegatedAddress: f410 },
    { id: "f01234", delegated: f4, eth },
  ],
  ["an ID of an account", idAddress(1234), { robust: key }, { id: "f01234", robust: f1, eth: masked }],
  ["a key", key, {}, { robust: f1 }],
  ["a key that has an ID", key, { id: 1234 }, { id: "f01234", robust: f1, eth: masked }],
  ["f410", f410, {}, { delegated: f4, eth }],
  ["f410 that has an ID", f410, { id: 1234 }, { id: "f01234", delegated: f4, eth }],
  [
    "f4 of another namespace",
    delegatedAddress(11, ETH),
    {},
    { delegated: formatAddress(delegatedAddress(11, ETH)) },
  ],
])("%s", (_, address, known, forms) => {
  expect(addressForms(address, known)).toEqual(forms);
});

test("on a test network", () => {
  expect(addressForms(idAddress(1234), {}, "t").id).toBe("t01234");
});

test("what is no address", () => {
  expect(() => addressForms("f01234" as Address)).toThrow(/INVALID_ADDRESS/);
});

test("as a state knows it", async () => {
  const book: AddressBook = {
    resolveAddress: async (address) => (address === key ? 1234 : undefined),
    getActor: async (address) => (address === idAddress(1234) ? { delegatedAddress: f410 } : undefined),
  };
  expect(await resolveAddressForms(key, book)).toEqual({ id: "f01234", robust: f1, delegated: f4, eth });
  expect(await resolveAddressForms(f410, book)).toEqual({ delegated: f4, eth });
});
