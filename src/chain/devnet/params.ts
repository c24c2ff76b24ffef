import { type Address, addressBytes } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import { CborWriter } from "../../ipld/cbor.js";
import { bigIntegerToBytes } from "../../message/token.js";

/**
 * A value of parameters: numbers are integers of 64 bits, bigints are tokens or other big integers, and byte strings
 * are what has other fields in it, too.
 */
export type Param =
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | { readonly address: Address }
  | { readonly cid: Cid }
  | { readonly text: string }
  | readonly Param[];

/** CBOR of parameters. Actors take what is in their fields as an array. */
export function params(value: Param): Uint8Array {
  const writer = new CborWriter();
  write(writer, value);
  return writer.finish();
}

function write(writer: CborWriter, value: Param): void {
  if (value === null) writer.null();
  else if (typeof value === "number") writer.i64(value);
  else if (typeof value === "bigint") writer.bytes(bigIntegerToBytes(value));
  else if (typeof value === "boolean") writer.bool(value);
  else if (value instanceof Uint8Array) writer.bytes(value);
  else if (isList(value)) {
    writer.array(value.length);
    for (const item of value) write(writer, item);
  } else if ("address" in value) writer.bytes(addressBytes(value.address));
  else if ("cid" in value) writer.cid(value.cid);
  else writer.text(value.text);
}

function isList(value: Param): value is readonly Param[] {
  return Array.isArray(value);
}
