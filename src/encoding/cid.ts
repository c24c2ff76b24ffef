import { CID } from "multiformats/cid";
import { FvmError } from "../errors.js";
import { asBytes, hex, isLatin1, latin1, latin1Bytes } from "../util/bytes.js";
import { is } from "../util/check.js";
import { kindOf } from "../util/kind-of.js";
import type { U64 } from "../util/u64.js";
import { type Cursor, readVarint, varint } from "./varint.js";

declare const binaryCid: unique symbol;

/**
 * A CID in its binary form, as a latin1 string (one char per byte). Compare with `===`, use as Map key.
 * Always canonical: minimal varints and nothing after the digest.
 */
export type Cid = string & { readonly [binaryCid]: true };

/** Any library's CID object. */
export interface CidLike {
  readonly bytes: Uint8Array;
}

/** Bytes of a CID with a blake2b-256 hash and a codec below 128: all state and code. */
export const BLAKE2B_CID_BYTES = 38;
/** Multihash code and length of blake2b-256, behind version and codec. */
const BLAKE2B_PREFIX = "\xa0\xe4\x02\x20";
const MAX_DIGEST_BYTES = 64;
/** Characters of any CID's text, and more: in base 32 the longest have 142. */
const MOST_TEXT = 256;
const V0_PREFIX = "\x12\x20";
const V0_BYTES = 34;

/**
 * Reads a CID at the start of `bytes[start, end)`; `undefined` if there is none. What follows the digest
 * is ignored, and version 0 is known, as in the reference (crates cid 0.11 and multihash 0.19).
 */
export function readCid(bytes: Uint8Array, start = 0, end = bytes.length): Cid | undefined {
  // The usual case costs one string.
  const text = latin1(bytes, start, end);
  if (text.length === BLAKE2B_CID_BYTES && isShortCid(text) && text.startsWith(BLAKE2B_PREFIX, 2)) {
    return text as Cid;
  }
  return canonicalCid(bytes.subarray(start, end), text);
}

/** The CID that these bytes are, all of them. Throws `FvmError` INVALID_CID. */
export function cidFromBytes(bytes: Uint8Array): Cid {
  const data = asBytes(bytes);
  if (data === undefined) throw new FvmError("INVALID_CID", { cid: kindOf(bytes), reason: "not bytes" });
  const cid = readCid(data);
  if (cid === undefined) throw new FvmError("INVALID_CID", { cid: hex(data), reason: "not a binary CID" });
  if (cid.length !== data.length) {
    throw new FvmError("INVALID_CID", {
      cid: hex(data),
      reason: "bytes behind the CID, or not in its shortest form",
    });
  }
  return cid;
}

/** Whether `value` is a CID in the form of this module, which a string from elsewhere need not be. */
export function isCid(value: unknown): value is Cid {
  return typeof value === "string" && isLatin1(value) && readCid(latin1Bytes(value)) === value;
}

/** The options' own. */
export const isBinaryCid = is(isCid, "a CID in binary form; toCid reads all forms");

/** Throws `FvmError` INVALID_CID if it is not what its type says. */
export function checkCid(cid: Cid): void {
  if (isCid(cid)) return;
  throw new FvmError("INVALID_CID", {
    cid: shownText(cid),
    reason: "not a CID in binary form; toCid reads all forms",
  });
}

function canonicalCid(data: Uint8Array, text: string): Cid | undefined {
  if (text.startsWith(V0_PREFIX)) {
    return text.length < V0_BYTES ? undefined : (text.slice(0, V0_BYTES) as Cid);
  }
  const cursor: Cursor = { data, offset: 0 };
  const version = readVarint(cursor);
  const codec = readVarint(cursor);
  const hashCode = readVarint(cursor);
  const size = readVarint(cursor);
  if (version !== 1 || codec === undefined || hashCode === undefined) return undefined;
  if (size === undefined || size > MAX_DIGEST_BYTES) return undefined;
  const end = cursor.offset + Number(size);
  if (end > data.length) return undefined;
  return `\x01${varint(codec)}${varint(hashCode)}${varint(size)}${text.slice(cursor.offset, end)}` as Cid;
}

/** The binary form. Throws `FvmError` INVALID_CID. */
export function cidBytes(cid: Cid): Uint8Array {
  checkCid(cid);
  return latin1Bytes(cid);
}

/** IPLD codec. Codecs above 2^53, which nothing uses, come as bigint. */
export function cidCodec(cid: Cid): U64 {
  return isShortCid(cid) ? cid.charCodeAt(1) : cidParts(cid).codec;
}

/** Version 1, with a codec of one byte. */
function isShortCid(text: string): boolean {
  return text.charCodeAt(0) === 1 && text.charCodeAt(1) < 0x80;
}

/** Parts of a CID: version 0 or 1, codec and hash as multicodec numbers, and the digest. */
export interface CidParts {
  readonly version: number;
  readonly codec: U64;
  readonly hashCode: U64;
  readonly digest: Uint8Array;
}

/** The parts of a CID. */
export function cidParts(cid: Cid): CidParts {
  const data = latin1Bytes(cid);
  const isV0 = cid.startsWith(V0_PREFIX);
  const cursor: Cursor = { data, offset: isV0 ? 0 : 1 };
  // A CID is valid from its making on, so no read fails.
  const codec = isV0 ? 0x70 : (readVarint(cursor) ?? 0);
  const hashCode = readVarint(cursor) ?? 0;
  readVarint(cursor);
  return { version: isV0 ? 0 : 1, codec, hashCode, digest: data.subarray(cursor.offset) };
}

/** A version 1 CID from its parts. */
export function cidFromParts(codec: U64, hashCode: U64, digest: Uint8Array): Cid {
  return `\x01${varint(codec)}${varint(hashCode)}${varint(digest.length)}${latin1(digest)}` as Cid;
}

/** Reads the usual text forms. Throws `FvmError` INVALID_CID. */
export function parseCid(text: string): Cid {
  try {
    // The time that base 58 takes grows with the square of the length.
    if (text.length > MOST_TEXT)
      throw new RangeError(`${text.length} characters, and CIDs have ${MOST_TEXT} at most`);
    return cidFromBytes(CID.parse(text).bytes);
  } catch (cause) {
    throw new FvmError("INVALID_CID", { cid: shownText(text), reason: "not a CID's text" }, { cause });
  }
}

function shownText(value: unknown): string {
  return typeof value === "string" ? value : kindOf(value);
}

/** Base32 with multibase prefix; base58 for version 0. Throws `FvmError` INVALID_CID. */
export function cidText(cid: Cid): string {
  return CID.decode(cidBytes(cid)).toString();
}

/** From text, another library's object or our own form. Throws `FvmError` INVALID_CID. */
export function toCid(input: string | Cid | CidLike): Cid {
  if (typeof input === "object" && input !== null) return cidFromBytes(input.bytes);
  if (typeof input !== "string") return cidFromBytes(input);
  // No multibase prefix is a control character.
  if (input.charCodeAt(0) >= 0x20) return parseCid(input);
  checkCid(input as Cid);
  return input as Cid;
}
