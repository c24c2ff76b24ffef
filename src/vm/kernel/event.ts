import { isUtf8 } from "node:buffer";
import { CBOR, RAW } from "../../encoding/codecs.js";
import type { CborReader } from "../../ipld/cbor.js";
import { type EventEntry, EventFlag } from "../../message/event.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import { u64FromWords } from "../../util/u64.js";
import { onActorEvent, onActorEventAccept, onActorEventValidate } from "../gas/charges.js";
import type { EventLimits } from "../network/rules.js";
import type { SyscallContext } from "./context.js";
import { decodeArgument } from "./decode-argument.js";
import { refuseReadOnly } from "./handler-tools.js";

export const event = {
  /** FIP-0072: entries, keys and values in three buffers. */
  "event.emit_event"(context: SyscallContext): void {
    const { args, answer, gas, prices, frame, call, network } = context;
    const limits = network.rules.kernel.events;
    const headers = args.bytes(0);
    const keys = args.bytes(1);
    const values = args.bytes(2);
    refuseReadOnly(context, READ_ONLY);
    const count = headers.length / HEADER_SIZE;
    gas.apply(onActorEvent(prices, count, keys.length, values.length));
    if (count > limits.entries)
      throw limitExceeded(tooMany("event exceeded max entries", count, limits.entries));
    if (values.length > limits.valuesLength) {
      const text = "total event value lengths exceeded the max size";
      throw limitExceeded(tooMany(text, values.length, limits.valuesLength));
    }
    if (!isUtf8(keys)) throw illegalArgument("invalid event key");
    call.appendEvent({ emitter: frame.actorId, entries: readEntries(headers, keys, values, limits) });
    answer.none();
  },

  /** FIP-0049: the event as CBOR. */
  "event.emit_event[cbor]"(context: SyscallContext): void {
    const { args, answer, gas, prices, frame, call, network } = context;
    const limits = network.rules.kernel.events;
    const encoded = args.bytes(0);
    refuseReadOnly(context, READ_ONLY);
    gas.apply(onActorEventValidate(prices, encoded.length));
    if (encoded.length > limits.encodedLength) throw illegalArgument("event WAY too large");
    const entries = decodeArgument(decodeEntries, encoded);
    checkEntries(entries, limits);
    gas.apply(onActorEventAccept(prices, encoded.length));
    call.appendEvent({ emitter: frame.actorId, entries });
    answer.none();
  },
} as const;

const READ_ONLY = "cannot emit events while read-only";
const KEY_SIZE = "event key exceeded max size";

/** Flags and codec (64 bits each), lengths of key and value (32 bits each). */
const HEADER_SIZE = 24;
const KNOWN_FLAGS = EventFlag.IndexedKey | EventFlag.IndexedValue;

/** The checks and their order decide the error number, so they are one per line, as the reference's. */
function readEntries(
  headers: Uint8Array,
  keys: Uint8Array,
  values: Uint8Array,
  limits: EventLimits,
): EventEntry[] {
  const view = new DataView(headers.buffer, headers.byteOffset, headers.length);
  const text = Buffer.from(keys.buffer, keys.byteOffset, keys.length);
  const entries: EventEntry[] = [];
  let keyAt = 0;
  let valueAt = 0;
  for (let at = 0; at < headers.length; at += HEADER_SIZE) {
    const flags = u64FromWords(view.getUint32(at, true), view.getUint32(at + 4, true));
    const codec = u64FromWords(view.getUint32(at + 8, true), view.getUint32(at + 12, true));
    const keyLength = view.getUint32(at + 16, true);
    const keyEnd = keyAt + keyLength;
    const valueEnd = valueAt + view.getUint32(at + 20, true);
    if (flags > KNOWN_FLAGS) throw illegalArgument(`event flags are invalid: ${flags}`);
    if (keyLength > limits.keyLength) throw limitExceeded(tooMany(KEY_SIZE, keyLength, limits.keyLength));
    if (valueEnd - valueAt > limits.valuesLength) throw illegalArgument("event entry value out of range");
    if (!isBoundary(keys, keyAt) || !isBoundary(keys, keyEnd)) {
      throw illegalArgument("event entry key out of range");
    }
    if (valueEnd > values.length) throw illegalArgument("event entry value out of range");
    if (codec !== RAW && codec !== CBOR) throw illegalCodec("IPLD_RAW or CBOR", codec);
    const key = text.toString("utf8", keyAt, keyEnd);
    entries.push({ flags, key, codec, value: new Uint8Array(values.subarray(valueAt, valueEnd)) });
    keyAt = keyEnd;
    valueAt = valueEnd;
  }
  if (keyAt !== keys.length) throw leftOver("key", keyAt, keys);
  if (valueAt !== values.length) throw leftOver("value", valueAt, values);
  return entries;
}

/** Whether a character of valid UTF-8 starts or the text ends there. */
function isBoundary(text: Uint8Array, at: number): boolean {
  if (at >= text.length) return at === text.length;
  return ((text[at] ?? 0) & 0xc0) !== 0x80;
}

function decodeEntries(reader: CborReader): EventEntry[] {
  return Array.from({ length: reader.array() }, () => {
    reader.tuple(4);
    const flags = reader.u64();
    const key = reader.text();
    const codec = reader.u64();
    return { flags, key, codec, value: new Uint8Array(reader.bytes()) };
  });
}

/** Checks of a decoded event. */
function checkEntries(entries: readonly EventEntry[], limits: EventLimits): void {
  if (entries.length > limits.entries) {
    throw illegalArgument(tooMany("event exceeded max entries", entries.length, limits.entries));
  }
  let valuesLength = 0;
  for (const { key, codec, value } of entries) {
    const keyLength = Buffer.byteLength(key);
    if (keyLength > limits.keyLength) throw illegalArgument(tooMany(KEY_SIZE, keyLength, limits.keyLength));
    if (codec !== RAW) throw illegalCodec("IPLD_RAW", codec);
    valuesLength += value.length;
  }
  if (valuesLength > limits.valuesLength) {
    throw illegalArgument(tooMany("event total values exceeded max size", valuesLength, limits.valuesLength));
  }
}

function tooMany(what: string, count: number, most: number): string {
  return `${what}: ${count} > ${most}`;
}

function leftOver(what: "key" | "value", used: number, buffer: Uint8Array): SyscallError {
  return illegalArgument(`event ${what} buffer length is too large: ${used} < ${buffer.length}`);
}

function illegalArgument(text: string): SyscallError {
  return new SyscallError(ErrorNumber.IllegalArgument, text);
}

function limitExceeded(text: string): SyscallError {
  return new SyscallError(ErrorNumber.LimitExceeded, text);
}

function illegalCodec(allowed: string, codec: number | bigint): SyscallError {
  return new SyscallError(ErrorNumber.IllegalCodec, `event codec must be ${allowed}, was: ${codec}`);
}
