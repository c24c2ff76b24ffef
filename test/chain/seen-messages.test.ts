import { expect, test } from "vitest";
import { idAddress } from "#src/address/address.js";
import { SeenMessages } from "#src/chain/execution/seen-messages.js";
import type { Message } from "#src/message/message.js";

const message: Message = {
  version: 0,
  to: idAddress(100),
  from: idAddress(101),
  nonce: 1,
  value: 3n,
  gasLimit: 10,
  gasFeeCap: 5n,
  gasPremium: 6n,
  method: 7,
  params: new Uint8Array([1, 2]),
};

const others: [keyof Message, Message[keyof Message]][] = [
  ["version", 1],
  ["to", idAddress(102)],
  ["from", idAddress(102)],
  ["nonce", 2],
  ["value", 4n],
  ["gasLimit", 11],
  ["gasFeeCap", 6n],
  ["gasPremium", 7n],
  ["method", 8],
  ["params", new Uint8Array([1, 3])],
];

test.each(others)("a message with another %s counts", (field, value) => {
  const seen = new SeenMessages();
  expect(seen.add(message)).toBe(true);
  expect(seen.add({ ...message, [field]: value })).toBe(true);
  expect(seen.add({ ...message, [field]: value })).toBe(false);
  expect(seen.add({ ...message })).toBe(false);
});

test("the form of numbers makes no difference", () => {
  const seen = new SeenMessages();
  expect(seen.add(message)).toBe(true);
  expect(seen.add({ ...message, version: 0n, nonce: 1n, gasLimit: 10n, method: 7n })).toBe(false);
});

test("neither where a nonce ends nor where a sender begins is mistaken", () => {
  const seen = new SeenMessages();
  expect(seen.add({ ...message, nonce: 1, from: idAddress(11) })).toBe(true);
  expect(seen.add({ ...message, nonce: 11, from: idAddress(1) })).toBe(true);
});
