import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../src/address/address.js";
import { cidFromParts } from "../../src/encoding/cid.js";
import { decodeCbor, encodeCbor } from "../../src/ipld/cbor.js";
import { eventCodec } from "../../src/message/event.js";
import { decodeMessage, encodeMessage, type Message } from "../../src/message/message.js";
import { receiptCodec, receiptV0Codec } from "../../src/message/receipt.js";

/** A message of mainnet: bafy2bzacebz4kwiovtyxpc2hey4uki43ppwjmjdend2mho3j3rybv7cucysgg. */
const MAINNET =
  "igBEAMvTXlUBbRj7KOzCy7WcYr0XiIKTSVJU0EUZeXFAGgCkyiBGAAEMVAs7RQAF5F53A1gmghkFxlggEUBMMu2gEYpY9hVX3TWYKawyUgXuvJgq79w5A9w3rxA=";

const u64 = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((n) => (n <= Number.MAX_SAFE_INTEGER ? Number(n) : n));
const amount = fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n });
const address = fc.oneof(
  u64.map(idAddress),
  fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((b) => `\x01${Buffer.from(b).toString("latin1")}` as Address),
  fc.uint8Array({ maxLength: 54 }).map((b) => `\x04\x0a${Buffer.from(b).toString("latin1")}` as Address),
);
const message: fc.Arbitrary<Message> = fc.record({
  version: fc.constantFrom(0, 1),
  to: address,
  from: address,
  nonce: u64,
  value: amount,
  gasLimit: fc.oneof(fc.nat(), fc.constant(2n ** 62n - 1n)),
  gasFeeCap: amount,
  gasPremium: amount,
  method: u64,
  params: fc.uint8Array().map((bytes) => Uint8Array.from(bytes)),
});

describe("messages", () => {
  test("of mainnet", () => {
    const bytes = Buffer.from(MAINNET, "base64");
    const decoded = decodeMessage(bytes);
    expect(decoded).toMatchObject({ version: 0, nonce: 31_089, value: 0n, gasLimit: 10_799_648, method: 3 });
    expect(decoded.gasFeeCap).toBe(4_501_801_787n);
    expect(Buffer.from(encodeMessage(decoded))).toEqual(bytes);
  });

  test("survive encoding", () => {
    const survives = (m: Message) => void expect(decodeMessage(encodeMessage(m))).toEqual(m);
    fc.assert(fc.property(message, survives));
  });

  test("that are cut off or go on are none", () => {
    const bytes = Buffer.from(MAINNET, "base64");
    const refused = expect.objectContaining({ code: "INVALID_MESSAGE" });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeMessage(bytes.subarray(0, length))).toThrow(refused);
    }
    expect(() => decodeMessage(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(refused);
  });
});

describe("receipts", () => {
  const receipt = { exitCode: 16, returnData: Uint8Array.of(1, 2), gasUsed: 300, eventsRoot: undefined };
  const eventsRoot = cidFromParts(0x71, 0xb220, new Uint8Array(32));

  test("have an events root from network version 18 on", () => {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
    expect(hex(encodeCbor(receiptV0Codec, receipt))).toBe("831042010219012c");
    expect(hex(encodeCbor(receiptCodec, receipt))).toBe("841042010219012cf6");
    expect(hex(encodeCbor(receiptCodec, { ...receipt, eventsRoot }))).toMatch(/^841042010219012cd82a582700/);
  });

  test("survive encoding", () => {
    for (const value of [receipt, { ...receipt, eventsRoot }]) {
      expect(decodeCbor(receiptCodec, encodeCbor(receiptCodec, value))).toEqual(value);
    }
    expect(decodeCbor(receiptV0Codec, encodeCbor(receiptV0Codec, receipt))).toEqual(receipt);
  });
});

test("events survive encoding", () => {
  const event = {
    emitter: 101,
    entries: [
      { flags: 3, key: "größe", codec: 0x55, value: Uint8Array.of(1) },
      { flags: 0, key: "", codec: 0x51, value: new Uint8Array() },
    ],
  };
  expect(decodeCbor(eventCodec, encodeCbor(eventCodec, event))).toEqual(event);
});
