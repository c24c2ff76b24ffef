/** Values of methods: their types as `actor.json` names them, and the DAG-CBOR that they are on the wire. */

import { addressBytes, parseAddressBytes } from "../address/address.js";
import { formatAddress, parseAddress } from "../address/text.js";
import { FvmError } from "../errors.js";
import { CborReader, CborWriter } from "../ipld/cbor.js";
import { shown } from "../util/check.js";

/**
 * Type of a value: a name, an array for a tuple, `{ "list": type }` for an array of any length.
 *
 * * `u64`, `i64`: integers; in JavaScript numbers as long as they are exact, else bigints
 * * `bool`, `text`, `bytes`
 * * `address`: an address in bytes, in JavaScript as text
 */
export type ValueType = ScalarType | readonly ValueType[] | { readonly list: ValueType };
/** Name of a type without parts. */
export type ScalarType = "u64" | "i64" | "bool" | "text" | "bytes" | "address";

/** Integers may be given as either. */
export type ActorValue = number | bigint | boolean | string | Uint8Array | readonly ActorValue[];

interface Scalar<T> {
  /** In declarations: of what is given, and of what is answered. */
  readonly input: string;
  readonly output: string;
  readonly is: (value: unknown) => value is T;
  readonly write: (writer: CborWriter, value: T) => void;
  readonly read: (reader: CborReader) => ActorValue;
}

const scalar = <T>(scalar: Scalar<T>) => scalar as Scalar<unknown>;
const isInteger = (value: unknown): value is number | bigint =>
  typeof value === "bigint" || Number.isSafeInteger(value);
const between =
  (least: bigint, most: bigint) =>
  (value: unknown): value is number | bigint =>
    isInteger(value) && BigInt(value) >= least && BigInt(value) <= most;

const INTEGER = { input: "number | bigint", output: "number | bigint" };

const SCALARS: Readonly<Record<ScalarType, Scalar<unknown>>> = {
  u64: scalar({
    ...INTEGER,
    is: between(0n, 2n ** 64n - 1n),
    write: (writer, value) => writer.u64(value),
    read: (reader) => reader.u64(),
  }),
  i64: scalar({
    ...INTEGER,
    is: between(-(2n ** 63n), 2n ** 63n - 1n),
    write: (writer, value) => writer.i64(value),
    read: (reader) => reader.i64(),
  }),
  bool: scalar({
    input: "boolean",
    output: "boolean",
    is: (value): value is boolean => typeof value === "boolean",
    write: (writer, value) => writer.bool(value),
    read: (reader) => reader.bool(),
  }),
  text: scalar({
    input: "string",
    output: "string",
    is: (value): value is string => typeof value === "string",
    write: (writer, value) => writer.text(value),
    read: (reader) => reader.text(),
  }),
  bytes: scalar({
    input: "Uint8Array",
    output: "Uint8Array",
    is: (value): value is Uint8Array => value instanceof Uint8Array,
    write: (writer, value) => writer.bytes(value),
    read: (reader) => reader.bytes(),
  }),
  address: scalar({
    input: "string",
    output: "string",
    is: (value): value is string => typeof value === "string",
    write: (writer, value) => writer.bytes(addressBytes(parseAddress(value))),
    read: (reader) => formatAddress(parseAddressBytes(reader.bytes(), { delegated: true })),
  }),
};

/** The type that JSON names. Throws `FvmError` INVALID_ACTOR. @param field where it is, such as `methods.Add.params` */
export function valueType(json: unknown, field: string): ValueType {
  if (typeof json === "string" && Object.hasOwn(SCALARS, json)) return json as ScalarType;
  if (Array.isArray(json)) return json.map((item, at) => valueType(item, `${field}[${at}]`));
  if (typeof json === "object" && json !== null && Object.keys(json).join() === "list") {
    return { list: valueType((json as { list: unknown }).list, `${field}.list`) };
  }
  const known = Object.keys(SCALARS).join(", ");
  throw new FvmError("INVALID_ACTOR", {
    field,
    reason: `${JSON.stringify(json)} is no type: ${known}, an array, or {"list": type}`,
  });
}

function isTuple(type: ValueType): type is readonly ValueType[] {
  return Array.isArray(type);
}

/** DAG-CBOR of a value. Throws `FvmError` INVALID_OPTION with the place of what is of another type. */
export function encodeValue(type: ValueType, value: unknown, place: string): Uint8Array {
  const writer = new CborWriter();
  writeValue(writer, type, value, place);
  return writer.finish();
}

function writeValue(writer: CborWriter, type: ValueType, value: unknown, place: string): void {
  if (typeof type === "string") {
    if (!SCALARS[type].is(value)) refuse(place, `${shown(value)} is no ${type}`);
    SCALARS[type].write(writer, value);
    return;
  }
  if (!Array.isArray(value)) refuse(place, `${shown(value)} is no array`);
  if (isTuple(type) && value.length !== type.length) {
    refuse(place, `${value.length} items instead of ${type.length}`);
  }
  writer.array(value.length);
  value.forEach((item, at) => {
    writeValue(writer, isTuple(type) ? (type[at] as ValueType) : type.list, item, `${place}[${at}]`);
  });
}

function refuse(option: string, reason: string): never {
  throw new FvmError("INVALID_OPTION", { option, reason });
}

/** Throws `FvmError` INVALID_CBOR. */
export function decodeValue(type: ValueType, bytes: Uint8Array): ActorValue {
  const reader = new CborReader(bytes);
  const value = readValue(reader, type);
  reader.end();
  return value;
}

function readValue(reader: CborReader, type: ValueType): ActorValue {
  if (typeof type === "string") return SCALARS[type].read(reader);
  if (!isTuple(type)) return Array.from({ length: reader.array() }, () => readValue(reader, type.list));
  reader.tuple(type.length);
  return type.map((item) => readValue(reader, item));
}

/** The type in TypeScript. */
export function typeText(type: ValueType, side: "input" | "output"): string {
  if (typeof type === "string") return SCALARS[type][side];
  if (isTuple(type)) return `readonly [${type.map((item) => typeText(item, side)).join(", ")}]`;
  return `readonly (${typeText(type.list, side)})[]`;
}
