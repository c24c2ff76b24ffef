import { type CborReader, Major } from "../../ipld/cbor.js";
import { i64, u64 } from "../../util/u64.js";
import type { Budget } from "./limits.js";
import { DECODED_NULL, type DecodedValue } from "./value.js";

const FLOAT_32 = 0xfa;
const FLOAT_64 = 0xfb;

/**
 * Reads the next item, whatever it is. What is beyond the budget is passed over, and counted.
 * Throws `FvmError` INVALID_CBOR.
 */
export function readAny(reader: CborReader, budget: Budget): DecodedValue {
  switch (reader.major()) {
    case Major.UNSIGNED:
      return { kind: "integer", value: u64(reader.u64()) };
    case Major.NEGATIVE:
      return { kind: "integer", value: i64(reader.i64()) };
    case Major.BYTES:
      return { kind: "bytes", value: reader.bytes().slice() };
    case Major.TEXT:
      return { kind: "text", value: reader.text() };
    case Major.ARRAY:
      return budget.isDeep ? cut(reader) : budget.below(() => readList(reader, budget));
    case Major.MAP:
      return budget.isDeep ? cut(reader) : budget.below(() => readMap(reader, budget));
    case Major.TAG:
      return { kind: "cid", value: reader.cid() };
    default:
      return readSimple(reader);
  }
}

/** Passes over the next item. */
export function cut(reader: CborReader): DecodedValue {
  return { kind: "cut", bytes: reader.raw().length };
}

function readList(reader: CborReader, budget: Budget): DecodedValue {
  return readItems(reader, budget, () => readAny(reader, budget));
}

/** Reads a list, as far as the budget goes. @param read reads one of its items */
export function readItems(reader: CborReader, budget: Budget, read: () => DecodedValue): DecodedValue {
  const count = reader.array();
  const items: DecodedValue[] = [];
  while (items.length < count && budget.takeItem()) items.push(read());
  for (let i = items.length; i < count; i++) reader.skip();
  return { kind: "list", items, omitted: count - items.length };
}

function readMap(reader: CborReader, budget: Budget): DecodedValue {
  const count = reader.map();
  const entries: (readonly [DecodedValue, DecodedValue])[] = [];
  while (entries.length < count && budget.takeItem()) {
    const key = readAny(reader, budget);
    entries.push([key, readAny(reader, budget)]);
  }
  for (let i = entries.length; i < count; i++) {
    reader.skip();
    reader.skip();
  }
  return { kind: "map", entries, omitted: count - entries.length };
}

function readSimple(reader: CborReader): DecodedValue {
  if (reader.null()) return DECODED_NULL;
  const { data, offset } = reader;
  const head = data[offset];
  if (head !== FLOAT_32 && head !== FLOAT_64) return { kind: "bool", value: reader.bool() };
  reader.skip();
  const view = new DataView(data.buffer, data.byteOffset + offset + 1);
  return { kind: "float", value: head === FLOAT_32 ? view.getFloat32(0) : view.getFloat64(0) };
}
