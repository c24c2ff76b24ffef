import { expect, test } from "vitest";
import { BuiltinActors } from "../../src/builtin/builtin-actors.js";
import { decodeEvent } from "../../src/builtin/events.js";
import { decodedText } from "../../src/builtin/values/text.js";
import { CBOR, RAW } from "../../src/encoding/codecs.js";
import { CborWriter } from "../../src/ipld/cbor.js";
import type { EventEntry } from "../../src/message/event.js";
import { writeToken } from "../../src/message/token.js";

const actors = new BuiltinActors([], 28);

function entry(key: string, write: (writer: CborWriter) => void): EventEntry {
  const writer = new CborWriter();
  write(writer);
  return { flags: 1, key, codec: CBOR, value: writer.finish() };
}

const balance = [
  entry("$type", (writer) => void writer.text("verifier-balance")),
  entry("verifier", (writer) => void writer.u64(1234)),
  entry("balance", (writer) => writeToken(writer, 1024n)),
];
const textsOf = (...args: Parameters<typeof decodeEvent>) =>
  decodeEvent(...args).map(({ key, value }) => `${key} ${decodedText(value.value)}`);

test("an event of a builtin actor", () => {
  expect(textsOf({ entries: balance }, actors, "verifiedregistry")).toEqual([
    '$type "verifier-balance"',
    "verifier f01234",
    "balance 1024",
  ]);
});

test("an event of another actor", () => {
  const topic = { flags: 3, key: "t1", codec: RAW, value: Uint8Array.of(0xdd, 0xf2) };
  const own = { ...topic, key: "toString" };
  expect(textsOf({ entries: [...balance, topic, own] }, actors)).toEqual([
    '$type "verifier-balance"',
    "verifier 1234",
    "balance 0x000400",
    "t1 0xddf2",
    "toString 0xddf2",
  ]);
});
