import { type Address, addressId, idAddress, isAddress } from "../../address/address.js";
import type { KeyKind } from "../../builtin/schema/schema.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import { type Cid, isCid } from "../../encoding/cid.js";
import { readVarint, varintEnd } from "../../encoding/varint.js";
import { hexBytes, latin1Bytes } from "../../util/bytes.js";
import { i64, type U64 } from "../../util/u64.js";

/** A HAMT's key, decoded; its bytes if it is of another kind. @param key latin1 */
export function decodeKey(kind: KeyKind, key: string): DecodedValue {
  return READERS[kind](key) ?? { kind: "bytes", value: latin1Bytes(key) };
}

const READERS: Readonly<Record<KeyKind, (key: string) => DecodedValue | undefined>> = {
  address: addressValue,
  actor(key) {
    const id = varintOf(key);
    return id === undefined ? undefined : { kind: "address", value: idAddress(id) };
  },
  u64(key) {
    const value = varintOf(key);
    return value === undefined ? undefined : { kind: "integer", value };
  },
  i64(key) {
    const value = varintOf(key);
    return value === undefined ? undefined : { kind: "integer", value: unfolded(value) };
  },
  addressPair(key) {
    // Both are f0 addresses: a byte and a varint.
    const end = varintEnd(key, 1);
    const pair = [addressValue(key.slice(0, end)), addressValue(key.slice(end))];
    const items = pair.filter((item) => item !== undefined);
    return items.length === pair.length ? { kind: "list", items, omitted: 0 } : undefined;
  },
  cid: (key) => (isCid(key) ? { kind: "cid", value: key as Cid } : undefined),
};

function addressValue(key: string): DecodedValue | undefined {
  return isAddress(key, { delegated: true }) ? { kind: "address", value: key } : undefined;
}

function varintOf(key: string): U64 | undefined {
  return varintEnd(key, 0) === key.length ? readVarint({ data: latin1Bytes(key), offset: 0 }) : undefined;
}

/** A signed integer of its zigzag form: 0, -1, 1, -2 … */
function unfolded(value: U64): number | bigint {
  const bits = BigInt(value);
  return i64(bits & 1n ? -(bits >> 1n) - 1n : bits >> 1n);
}

/** An EVM word: a slot of a contract's storage, or what is in it. */
export function wordValue(word: bigint): DecodedValue {
  return { kind: "bytes", value: hexBytes(word.toString(16).padStart(64, "0")) };
}

/** Numbers by their size, actors by their IDs, others by their bytes. */
export function compareKeys(a: DecodedValue, b: DecodedValue): number {
  const [x, y] = [rankOf(a), rankOf(b)];
  if (typeof x !== typeof y) return typeof x === "bigint" ? -1 : 1;
  return x < y ? -1 : Number(x > y);
}

function rankOf(key: DecodedValue): bigint | string {
  switch (key.kind) {
    case "integer":
      return BigInt(key.value);
    case "address":
      return idRank(key.value);
    case "list":
      return key.items.map(rankOf).join(" ");
    case "bytes":
      return Buffer.from(key.value).toString("hex");
    default:
      return "value" in key ? String(key.value) : "";
  }
}

function idRank(address: Address): bigint | string {
  const id = addressId(address);
  return id === undefined ? address : BigInt(id);
}
