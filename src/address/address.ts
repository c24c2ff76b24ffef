import { type Cursor, readVarint, varint, varintEnd } from "../encoding/varint.js";
import { FvmError } from "../errors.js";
import { native } from "../native/index.js";
import { asBytes, hex, isLatin1, latin1, latin1Bytes } from "../util/bytes.js";
import { shown } from "../util/check.js";
import { kindOf } from "../util/kind-of.js";
import { asU64, type U64 } from "../util/u64.js";

declare const binaryAddress: unique symbol;

/**
 * An address in its byte form (protocol byte and payload), as a latin1 string. Always canonical.
 * Compare with `===`, use as Map key. The network (f or t) is no part of it.
 */
export type Address = string & { readonly [binaryAddress]: true };

export const ADDRESS_PROTOCOL = { ID: 0, SECP256K1: 1, ACTOR: 2, BLS: 3, DELEGATED: 4 } as const;
export type AddressProtocol = (typeof ADDRESS_PROTOCOL)[keyof typeof ADDRESS_PROTOCOL];

/** Bytes of the payload of f1 and f2 addresses, a blake2b-160 hash. */
export const HASH_PAYLOAD_BYTES = 20;
/** Bytes of the payload of f3 addresses, a compressed public key. */
export const BLS_PAYLOAD_BYTES = 48;
/** Bytes that an f4 address may have after its namespace. */
export const MAX_SUBADDRESS_BYTES = 54;
/** Bytes of an uncompressed secp256k1 public key. */
const SECP256K1_KEY_BYTES = 65;

/** The f3 address of the key of zeros, which must not be created. */
export const BLS_ZERO_ADDRESS = `\x03\xc0${"\0".repeat(BLS_PAYLOAD_BYTES - 1)}` as Address;

/** All protocols that there are. */
const ALL = { delegated: true };

/** Rules of a network version for addresses. */
export interface AddressRules {
  /** Whether f4 addresses exist (network version 18 on; FIP-0048). */
  readonly delegated: boolean;
}

/**
 * The address whose byte form is `bytes`, or `undefined` if there is none: unknown protocol, wrong
 * length, not a minimal varint. Source: shared/src/address/mod.rs, payload.rs.
 */
export function readAddress(bytes: Uint8Array, { delegated }: AddressRules): Address | undefined {
  if (bytes.length < 2) return undefined;
  switch (bytes[0]) {
    case ADDRESS_PROTOCOL.ID: {
      const cursor: Cursor = { data: bytes, offset: 1 };
      const id = readVarint(cursor);
      return id === undefined || cursor.offset < bytes.length ? undefined : idAddress(id);
    }
    case ADDRESS_PROTOCOL.SECP256K1:
    case ADDRESS_PROTOCOL.ACTOR:
      return bytes.length === 1 + HASH_PAYLOAD_BYTES ? (latin1(bytes) as Address) : undefined;
    case ADDRESS_PROTOCOL.BLS:
      return bytes.length === 1 + BLS_PAYLOAD_BYTES ? (latin1(bytes) as Address) : undefined;
    case ADDRESS_PROTOCOL.DELEGATED: {
      const cursor: Cursor = { data: bytes, offset: 1 };
      const namespace = readVarint(cursor);
      const isValid =
        delegated && namespace !== undefined && bytes.length - cursor.offset <= MAX_SUBADDRESS_BYTES;
      return isValid ? (`\x04${varint(namespace)}${latin1(bytes, cursor.offset)}` as Address) : undefined;
    }
    default:
      return undefined;
  }
}

/** The address with this byte form. Throws `FvmError` INVALID_ADDRESS. */
export function parseAddressBytes(bytes: Uint8Array, rules: AddressRules = ALL): Address {
  const data = bytesOf(bytes);
  const address = readAddress(data, rules);
  if (address === undefined) {
    throw new FvmError("INVALID_ADDRESS", { address: hex(data), reason: "not an address's bytes" });
  }
  return address;
}

/**
 * Whether `value` is an address in the form of this module, which a string from elsewhere need not be: cut
 * off, too long, not minimal, text.
 */
export function isAddress(value: unknown, { delegated }: AddressRules): value is Address {
  if (typeof value !== "string") return false;
  switch (value.charCodeAt(0)) {
    case ADDRESS_PROTOCOL.ID:
      return varintEnd(value, 1) === value.length;
    case ADDRESS_PROTOCOL.SECP256K1:
    case ADDRESS_PROTOCOL.ACTOR:
      return value.length === 1 + HASH_PAYLOAD_BYTES && isLatin1(value);
    case ADDRESS_PROTOCOL.BLS:
      return value.length === 1 + BLS_PAYLOAD_BYTES && isLatin1(value);
    case ADDRESS_PROTOCOL.DELEGATED: {
      const end = varintEnd(value, 1);
      return delegated && end !== undefined && value.length - end <= MAX_SUBADDRESS_BYTES && isLatin1(value);
    }
    default:
      return false;
  }
}

/** Throws `FvmError` INVALID_ADDRESS if it is not what its type says. */
export function checkAddress(address: Address): void {
  if (isAddress(address, ALL)) return;
  const text = typeof address === "string" ? address : kindOf(address);
  const reason = "not an address in byte form; parseAddress reads text";
  throw new FvmError("INVALID_ADDRESS", { address: text, reason });
}

/** The byte form of an address. Throws `FvmError` INVALID_ADDRESS. */
export function addressBytes(address: Address): Uint8Array {
  checkAddress(address);
  return latin1Bytes(address);
}

export function addressProtocol(address: Address): AddressProtocol {
  return address.charCodeAt(0) as AddressProtocol;
}

/** The bytes after the protocol byte. */
export function addressPayload(address: Address): Uint8Array {
  return latin1Bytes(address.slice(1));
}

/** The f0 address of an actor. Throws `FvmError` INVALID_ADDRESS if there is no such ID. */
export function idAddress(id: U64): Address {
  const normal = asU64(id);
  if (normal === undefined) {
    throw new FvmError("INVALID_ADDRESS", { address: shown(id), reason: "not an actor ID" });
  }
  return `\0${varint(normal)}` as Address;
}

/** The actor ID in an f0 address; `undefined` for others. */
export function addressId(address: Address): U64 | undefined {
  if (typeof address !== "string" || address.charCodeAt(0) !== ADDRESS_PROTOCOL.ID) return undefined;
  let id = 0;
  let unit = 1;
  for (let i = 1; i < address.length; i++) {
    if (i > 7) return readVarint({ data: latin1Bytes(address), offset: 1 });
    id += (address.charCodeAt(i) & 0x7f) * unit;
    unit *= 0x80;
  }
  return id;
}

/** Namespace (the managing actor's ID) and sub-address of an f4 address; `undefined` for others. */
export function delegatedParts(address: Address): { namespace: U64; subaddress: Uint8Array } | undefined {
  if (addressProtocol(address) !== ADDRESS_PROTOCOL.DELEGATED) return undefined;
  const cursor: Cursor = { data: latin1Bytes(address), offset: 1 };
  const namespace = readVarint(cursor);
  return namespace === undefined ? undefined : { namespace, subaddress: cursor.data.subarray(cursor.offset) };
}

/** An f4 address. Throws `FvmError` INVALID_ADDRESS if the sub-address is longer than 54 bytes. */
export function delegatedAddress(namespace: U64, subaddress: Uint8Array): Address {
  const bytes = bytesOf(subaddress);
  checkLength(bytes, bytes.length <= MAX_SUBADDRESS_BYTES, "sub-address longer than 54 bytes");
  // An f0 address is a byte and the ID's varint.
  return `\x04${idAddress(namespace).slice(1)}${latin1(bytes)}` as Address;
}

/** The f1 address of an uncompressed public key. Throws `FvmError` INVALID_ADDRESS if it is not 65 bytes. */
export function secp256k1Address(publicKey: Uint8Array): Address {
  const bytes = bytesOf(publicKey);
  checkLength(bytes, bytes.length === SECP256K1_KEY_BYTES, "secp256k1 public key not of 65 bytes");
  return `\x01${latin1(native.blake2b(bytes, HASH_PAYLOAD_BYTES))}` as Address;
}

/** The f2 address made from arbitrary data. */
export function actorAddress(data: Uint8Array): Address {
  return `\x02${latin1(native.blake2b(bytesOf(data), HASH_PAYLOAD_BYTES))}` as Address;
}

/** The f3 address of a compressed public key. Throws `FvmError` INVALID_ADDRESS if it is not 48 bytes. */
export function blsAddress(publicKey: Uint8Array): Address {
  const bytes = bytesOf(publicKey);
  checkLength(bytes, bytes.length === BLS_PAYLOAD_BYTES, "BLS public key not of 48 bytes");
  return `\x03${latin1(bytes)}` as Address;
}

/** Throws `FvmError` INVALID_ADDRESS. */
function bytesOf(value: unknown): Uint8Array {
  const bytes = asBytes(value);
  if (bytes !== undefined) return bytes;
  throw new FvmError("INVALID_ADDRESS", { address: kindOf(value), reason: "not bytes" });
}

function checkLength(bytes: Uint8Array, isRight: boolean, reason: string): void {
  if (!isRight) throw new FvmError("INVALID_ADDRESS", { address: hex(bytes), reason });
}
