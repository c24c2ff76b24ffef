/** Layouts of what builtin actors write, as data. The actors write tuples in DAG-CBOR. */

/**
 * Values without parts.
 *
 * * `u64`, `i64`, `bool`, `text`, `bytes`, `cid`, `address`: what they say
 * * `epoch`: an `i64`
 * * `actor`: an actor ID, shown as its f0 address
 * * `integer`: of any size, in bytes with a sign; `attoFil`, `dataCap`: such an integer, with 18 decimals
 * * `bitField`: a set of integers, in RLE+
 * * `signature`: a byte for the kind, and the signature
 * * `word`: an EVM word, its leading zeros left out
 * * `exitCode`: a number that may have a name
 * * `label`: text or bytes
 * * `any`: any DAG-CBOR
 */
export type Scalar =
  | "u64"
  | "i64"
  | "bool"
  | "text"
  | "bytes"
  | "cid"
  | "address"
  | "epoch"
  | "actor"
  | "integer"
  | "attoFil"
  | "dataCap"
  | "bitField"
  | "signature"
  | "word"
  | "exitCode"
  | "label"
  | "any";

/** Layout of a value. */
export type Schema =
  | Scalar
  /**
   * An array with a name for each item. The last ones may be missing: `optional` of them. `bitWidth` is the field that
   * says the bit width of all HAMTs in it.
   */
  | {
      readonly kind: "tuple";
      readonly fields: Fields;
      readonly optional: number;
      readonly bitWidth?: string;
    }
  | { readonly kind: "list"; readonly of: Schema }
  /** Null, or the value. */
  | { readonly kind: "option"; readonly of: Schema }
  /** A number that stands for one of these names. */
  | { readonly kind: "names"; readonly names: Readonly<Record<number, string>> }
  /** A byte string that is DAG-CBOR itself; other bytes, and none, are shown as they are. */
  | { readonly kind: "embedded"; readonly of: Schema }
  /** Parameters of the method and actor that fields before it name, in a byte string. */
  | { readonly kind: "callParams"; readonly to: string; readonly method: string }
  /** Parameters of the constructor of the code that a field before it names, in a byte string. */
  | { readonly kind: "constructorParams"; readonly code: string }
  /** The number of a method of the actor that a field before it names. */
  | { readonly kind: "method"; readonly to: string }
  /** A CID, and what is behind it. */
  | { readonly kind: "link"; readonly to: Structure };

/** Names and layouts of a tuple's items, in order. */
export type Fields = Readonly<Record<string, Schema>>;

/** Keys of a HAMT: an unsigned varint, a signed one in zigzag form, bytes of an address, two addresses, a CID. */
export type KeyKind = "address" | "actor" | "u64" | "i64" | "addressPair" | "cid";

/** The structure behind a CID. */
export type Structure =
  | { readonly kind: "block"; readonly of: Schema }
  /** A raw block. */
  | { readonly kind: "bytes" }
  /** `bitWidth`: bits of the hash for each level. Without values it is a set of keys. */
  | {
      readonly kind: "hamt";
      readonly key: KeyKind;
      readonly value: Schema | undefined;
      readonly bitWidth: number;
    }
  /** AMT of version 3. */
  | { readonly kind: "amt"; readonly value: Schema }
  /** EVM storage: word to word. */
  | { readonly kind: "kamt" };

/** A tuple. @param optional number of items at its end that may be missing */
export const tuple = (fields: Fields, optional = 0): Schema => ({ kind: "tuple", fields, optional });
/** A list. */
export const list = (of: Schema): Schema => ({ kind: "list", of });
/** Null, or the value. */
export const option = (of: Schema): Schema => ({ kind: "option", of });
/** A number by name. @param names from 0 on */
export const names = (...names: readonly string[]): Schema => ({ kind: "names", names });
/** DAG-CBOR in a byte string. */
export const embedded = (of: Schema): Schema => ({ kind: "embedded", of });
/** The CID of a block. */
export const block = (of: Schema): Schema => ({ kind: "link", to: { kind: "block", of } });
/** The CID of a raw block. */
export const rawBlock: Schema = { kind: "link", to: { kind: "bytes" } };
/** The root of a HAMT. */
export const hamt = (key: KeyKind, value: Schema | undefined, bitWidth = 5): Schema => ({
  kind: "link",
  to: { kind: "hamt", key, value, bitWidth },
});
/** The root of an AMT. */
export const amt = (value: Schema): Schema => ({ kind: "link", to: { kind: "amt", value } });
/** The root of an EVM actor's storage. */
export const kamt: Schema = { kind: "link", to: { kind: "kamt" } };
