import { ROOM } from "../../../support/script.js";
import { type Case, CBOR, DAG_CBOR, filled, IN, illegal, RAW, type Refusal, refused, text } from "./case.js";

/** flags, codec, key length, value length */
const entry = (flags: number, codec: number, key: number, value: number) => {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32LE(flags, 0);
  bytes.writeUInt32LE(codec, 8);
  bytes.writeUInt32LE(key, 16);
  bytes.writeUInt32LE(value, 20);
  return bytes;
};
const emit = (
  name: string,
  entries: Uint8Array,
  keys: Uint8Array,
  values: number,
  outcome: 0 | Refusal,
): Case => [
  `event.emit_event: ${name}`,
  (s) =>
    s
      .write(IN, entries)
      .write(IN + 0x4000, keys)
      .call("event.emit_event", IN, entries.length / 24, IN + 0x4000, keys.length, ROOM, values),
  () => [outcome],
];

export const events: Case[] = [
  emit("no entries", new Uint8Array(), new Uint8Array(), 0, 0),
  emit("one entry", entry(3, RAW, 1, 4), text("k"), 4, 0),
  emit("255 entries", Buffer.concat(Array<Buffer>(255).fill(entry(0, RAW, 0, 0))), new Uint8Array(), 0, 0),
  emit(
    "256 entries",
    Buffer.concat(Array<Buffer>(256).fill(entry(0, RAW, 0, 0))),
    new Uint8Array(),
    0,
    refused(3, "event exceeded max entries: 256 > 255"),
  ),
  emit("values of 8 KiB", entry(0, CBOR, 1, 8192), text("k"), 8192, 0),
  emit(
    "values over 8 KiB",
    entry(0, RAW, 1, 8193),
    text("k"),
    8193,
    refused(3, "total event value lengths exceeded the max size: 8193 > 8192"),
  ),
  emit("keys that are not UTF-8", entry(0, RAW, 1, 0), Uint8Array.of(0xff), 0, illegal("invalid event key")),
  emit("unknown flag", entry(4, RAW, 1, 0), text("k"), 0, illegal("event flags are invalid: 4")),
  emit("key of 31 bytes", entry(0, RAW, 31, 0), filled(31, 0x6b), 0, 0),
  emit(
    "key of 32 bytes",
    entry(0, RAW, 32, 0),
    filled(32, 0x6b),
    0,
    refused(3, "event key exceeded max size: 32 > 31"),
  ),
  emit("key inside a character", entry(0, RAW, 1, 0), text("é"), 0, illegal("event entry key out of range")),
  emit(
    "value beyond the buffer",
    entry(0, RAW, 1, 5),
    text("k"),
    4,
    illegal("event entry value out of range"),
  ),
  emit("value over 8 KiB", entry(0, RAW, 1, 8193), text("k"), 4, illegal("event entry value out of range")),
  emit(
    "codec DAG-CBOR",
    entry(0, DAG_CBOR, 1, 0),
    text("k"),
    0,
    refused(9, "event codec must be IPLD_RAW or CBOR, was: 113"),
  ),
  emit(
    "left-over key",
    entry(0, RAW, 1, 0),
    text("kk"),
    0,
    illegal("event key buffer length is too large: 1 < 2"),
  ),
  emit(
    "left-over value",
    entry(0, RAW, 1, 0),
    text("k"),
    1,
    illegal("event value buffer length is too large: 0 < 1"),
  ),
  [
    "event.emit_event: entries beyond memory",
    (s) => s.call("event.emit_event", IN, 0x0ac0_0000, IN, 0, IN, 0),
    () => [illegal("events index out of bounds")],
  ],
];
