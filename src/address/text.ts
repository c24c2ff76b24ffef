import { base32 } from "multiformats/bases/base32";
import { varint } from "../encoding/varint.js";
import { FvmError } from "../errors.js";
import { native } from "../native/index.js";
import { concatBytes, latin1Bytes } from "../util/bytes.js";
import { kindOf } from "../util/kind-of.js";
import { type U64, U64_MAX, u64 } from "../util/u64.js";
import {
  ADDRESS_PROTOCOL,
  type Address,
  addressId,
  addressPayload,
  addressProtocol,
  BLS_PAYLOAD_BYTES,
  checkAddress,
  delegatedParts,
  HASH_PAYLOAD_BYTES,
  MAX_SUBADDRESS_BYTES,
} from "./address.js";

/** The letter that starts an address's text: `f` on mainnet, `t` on test networks. */
export type NetworkLetter = "f" | "t";

const CHECKSUM_BYTES = 4;
const MAX_TEXT_LENGTH = 138;
/** Digits of 2^64 - 1. */
const MAX_ID_DIGITS = 20;

/**
 * The text of an address, such as `f01234`. Throws `FvmError` INVALID_ADDRESS.
 * Source: shared/src/address/mod.rs.
 */
export function formatAddress(address: Address, letter: NetworkLetter = "f"): string {
  checkAddress(address);
  if (letter !== "f" && letter !== "t") {
    throw new FvmError("INVALID_OPTION", { option: "letter", reason: 'neither "f" nor "t"' });
  }
  const protocol = addressProtocol(address);
  if (protocol === ADDRESS_PROTOCOL.ID) return `${letter}0${addressId(address)}`;
  const delegated = delegatedParts(address);
  // The separator is f on test networks too.
  const namespace = delegated === undefined ? "" : `${delegated.namespace}f`;
  const body = delegated?.subaddress ?? addressPayload(address);
  return `${letter}${protocol}${namespace}${base32.baseEncode(concatBytes(body, checksum(address)))}`;
}

/**
 * The address with this text, of either network unless `letter` names one.
 * Throws `FvmError` INVALID_ADDRESS.
 */
export function parseAddress(text: string, letter?: NetworkLetter): Address {
  const fail = (reason: string): never => {
    throw new FvmError("INVALID_ADDRESS", { address: text, reason });
  };
  if (typeof text !== "string") return fail(`${kindOf(text)} instead of text`);
  if (text.length < 3 || text.length > MAX_TEXT_LENGTH) return fail("wrong length");
  const network = text[0];
  if (network !== "f" && network !== "t") return fail("unknown network");
  if (letter !== undefined && network !== letter) return fail(`network is not ${letter}`);
  const body = text.slice(2);
  switch (text[1]) {
    case "0":
      return `\0${varint(parseId(body, fail))}` as Address;
    case "1":
      return withChecksum("\x01", body, (size) => size === HASH_PAYLOAD_BYTES, fail);
    case "2":
      return withChecksum("\x02", body, (size) => size === HASH_PAYLOAD_BYTES, fail);
    case "3":
      return withChecksum("\x03", body, (size) => size === BLS_PAYLOAD_BYTES, fail);
    case "4": {
      const separator = body.indexOf("f");
      if (separator < 0) return fail("no separator after the namespace");
      const namespace = varint(parseId(body.slice(0, separator), fail));
      const subaddress = body.slice(separator + 1);
      return withChecksum(`\x04${namespace}`, subaddress, (size) => size <= MAX_SUBADDRESS_BYTES, fail);
    }
    default:
      return fail("unknown protocol");
  }
}

type Fail = (reason: string) => never;

function parseId(digits: string, fail: Fail): U64 {
  if (!/^[0-9]+$/.test(digits)) return fail("not a decimal number");
  if (digits.length > MAX_ID_DIGITS) return fail("number too long");
  const id = BigInt(digits);
  return id > U64_MAX ? fail("number above 64 bits") : u64(id);
}

function withChecksum(head: string, text: string, fits: (size: number) => boolean, fail: Fail): Address {
  const bytes = decodeBase32(text, fail);
  const size = bytes.length - CHECKSUM_BYTES;
  if (size < 0) return fail("no checksum");
  const address = (head + String.fromCharCode(...bytes.subarray(0, size))) as Address;
  if (checksum(address).some((byte, i) => byte !== bytes[size + i])) return fail("wrong checksum");
  return fits(size) ? address : fail("wrong payload length");
}

function decodeBase32(text: string, fail: Fail): Uint8Array {
  // The decoder would skip padding, which addresses do not have.
  if (!/^[a-z2-7]*$/.test(text)) return fail("not base32");
  try {
    return base32.baseDecode(text);
  } catch {
    return fail("bits left over in base32");
  }
}

function checksum(address: Address): Uint8Array {
  return native.blake2b(latin1Bytes(address), CHECKSUM_BYTES);
}
