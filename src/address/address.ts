import { type Cursor, readVarint, varint } from "../encoding/varint.js";
import { FvmError } from "../errors.js";
import { native } from "../native/index.js";
import { hex, latin1, latin1Bytes } from "../util/bytes.js";
import type { U64 } from "../util/u64.js";

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

/** As `readAddress`. Throws `FvmError` INVALID_ADDRESS. */
export function parseAddressBytes(bytes: Uint8Array, rules: AddressRules): Address {
  const address = readAddress(bytes, rules);
  if (address === undefined) {
    throw new FvmError("INVALID_ADDRESS", { address: hex(bytes), reason: "not an address's bytes" });
  }
  return address;
}

export function addressBytes(address: Address): Uint8Array {
  return latin1Bytes(address);
}

export function addressProtocol(address: Address): AddressProtocol {
  return address.charCodeAt(0) as AddressProtocol;
}

/** The bytes after the protocol byte. */
export function addressPayload(address: Address): Uint8Array {
  return latin1Bytes(address.slice(1));
}

/** The f0 address of an actor. */
export function idAddress(id: U64): Address {
  return `\0${varint(id)}` as Address;
}

/** The actor ID in an f0 address; `undefined` for others. */
export function addressId(address: Address): U64 | undefined {
  if (address.charCodeAt(0) !== ADDRESS_PROTOCOL.ID) return undefined;
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
  checkLength(subaddress, subaddress.length <= MAX_SUBADDRESS_BYTES, "sub-address longer than 54 bytes");
  return `\x04${varint(namespace)}${latin1(subaddress)}` as Address;
}

/** The f1 address of an uncompressed public key. Throws `FvmError` INVALID_ADDRESS if it is not 65 bytes. */
export function secp256k1Address(publicKey: Uint8Array): Address {
  checkLength(publicKey, publicKey.length === SECP256K1_KEY_BYTES, "secp256k1 public key not of 65 bytes");
  return `\x01${latin1(native.blake2b(publicKey, HASH_PAYLOAD_BYTES))}` as Address;
}

/** The f2 address made from arbitrary data. */
export function actorAddress(data: Uint8Array): Address {
  return `\x02${latin1(native.blake2b(data, HASH_PAYLOAD_BYTES))}` as Address;
}

/** The f3 address of a compressed public key. Throws `FvmError` INVALID_ADDRESS if it is not 48 bytes. */
export function blsAddress(publicKey: Uint8Array): Address {
  checkLength(publicKey, publicKey.length === BLS_PAYLOAD_BYTES, "BLS public key not of 48 bytes");
  return `\x03${latin1(publicKey)}` as Address;
}

function checkLength(bytes: Uint8Array, isRight: boolean, reason: string): void {
  if (!isRight) throw new FvmError("INVALID_ADDRESS", { address: hex(bytes), reason });
}
