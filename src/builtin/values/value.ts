import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import type { Structure } from "../schema/schema.js";

/** A run of integers, both ends included. */
export type Range = readonly [first: number | bigint, last: number | bigint];

/** A value with its name. */
export interface DecodedField {
  readonly name: string;
  readonly value: DecodedValue;
}

/** Unit of an amount: FIL, or data cap, counted in bytes. Both have 18 decimals. */
export type AmountUnit = "FIL" | "DataCap";

/**
 * A decoded value, as plain data. `toJson` makes JSON of it, `decodedText` text.
 *
 * Where a list or map was too long, `omitted` is the number of items that are not here; what was nested too deep or
 * is too much is `cut`.
 */
export type DecodedValue =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  /** 64-bit integers are numbers while exact; integers of any size are always bigints. */
  | { readonly kind: "integer"; readonly value: number | bigint }
  | { readonly kind: "float"; readonly value: number }
  /** In 10^-18 of the unit: attoFIL. */
  | { readonly kind: "amount"; readonly value: bigint; readonly unit: AmountUnit }
  /** A number that has a name: a proof type, an exit code, a method. */
  | { readonly kind: "named"; readonly value: number | bigint; readonly name: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  /** Also an actor ID, as its f0 address. */
  | { readonly kind: "address"; readonly value: Address }
  /** `of`: what is behind the CID, if that is known. */
  | { readonly kind: "cid"; readonly value: Cid; readonly of?: Structure }
  /** A bit field: the integers whose bits are set. */
  | { readonly kind: "ranges"; readonly ranges: readonly Range[]; readonly omitted: number }
  | { readonly kind: "list"; readonly items: readonly DecodedValue[]; readonly omitted: number }
  | { readonly kind: "record"; readonly fields: readonly DecodedField[] }
  | {
      readonly kind: "map";
      readonly entries: readonly (readonly [key: DecodedValue, value: DecodedValue])[];
      readonly omitted: number;
    }
  /** Bytes of DAG-CBOR that were not decoded. */
  | { readonly kind: "cut"; readonly bytes: number };

/** Null, as a decoded value. */
export const DECODED_NULL: DecodedValue = Object.freeze({ kind: "null" });
