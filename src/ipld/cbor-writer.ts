import { Buffer } from "node:buffer";
import { BLAKE2B_CID_BYTES, type Cid } from "../encoding/cid.js";
import { latin1, latin1Bytes } from "../util/bytes.js";
import { highWord, type I64, lowWord, type U64 } from "../util/u64.js";
import { Major } from "./cbor-reader.js";

const FALSE = "\xf4";
const TRUE = "\xf5";
const NULL = "\xf6";
const CID_TAG = "\xd8\x2a";
/** Bytes before the CID in nearly all links: tag, header and zero byte. */
const USUAL_LINK = `${CID_TAG}${head(Major.BYTES, 1 + BLAKE2B_CID_BYTES)}\x00`;

/**
 * Writes DAG-CBOR item by item: definite lengths, least headers. Calls can be chained.
 *
 * What was written is a latin1 string, to which V8 appends without looking at the bytes. Most of it comes as
 * such strings (CIDs, addresses, encoded values), and the addon takes them; writing each into an array
 * would be a call out of JavaScript.
 */
export class CborWriter {
  #text = "";

  /** An unsigned integer of 64 bits. */
  u64(value: U64): this {
    return this.rawLatin1(head(Major.UNSIGNED, value));
  }

  /** A signed integer of 64 bits. */
  i64(value: I64): this {
    if (value >= 0) return this.u64(value);
    return this.rawLatin1(head(Major.NEGATIVE, typeof value === "number" ? -1 - value : -1n - value));
  }

  /** True or false. */
  bool(value: boolean): this {
    return this.rawLatin1(value ? TRUE : FALSE);
  }

  /** Null. */
  null(): this {
    return this.rawLatin1(NULL);
  }

  /** A byte string. */
  bytes(data: Uint8Array): this {
    return this.latin1(latin1(data));
  }

  /** A byte string from a latin1 string. */
  latin1(bytes: string): this {
    return this.rawLatin1(head(Major.BYTES, bytes.length)).rawLatin1(bytes);
  }

  /** A text string, as UTF-8. */
  text(text: string): this {
    const length = Buffer.byteLength(text);
    const encoded = length === text.length ? text : latin1(Buffer.from(text));
    return this.rawLatin1(head(Major.TEXT, length)).rawLatin1(encoded);
  }

  /** Starts an array; its items follow. */
  array(length: number): this {
    return this.rawLatin1(head(Major.ARRAY, length));
  }

  /** Starts a map; keys and values follow in turn. */
  map(entries: number): this {
    return this.rawLatin1(head(Major.MAP, entries));
  }

  /** A link: tag 42. */
  cid(cid: Cid): this {
    if (cid.length === BLAKE2B_CID_BYTES) return this.rawLatin1(USUAL_LINK).rawLatin1(cid);
    return this.rawLatin1(CID_TAG).latin1(`\x00${cid}`);
  }

  /** Bytes that are CBOR already. */
  raw(data: Uint8Array): this {
    return this.rawLatin1(latin1(data));
  }

  /** As `raw`, from a latin1 string. */
  rawLatin1(data: string): this {
    this.#text += data;
    return this;
  }

  /** The bytes written so far; the writer is empty afterwards. */
  finish(): Uint8Array {
    return latin1Bytes(this.finishLatin1());
  }

  /** As `finish`, as a latin1 string. */
  finishLatin1(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

/** Headers with an argument below 24, by initial byte. */
const SHORT_HEADS = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

function head(major: Major, value: U64): string {
  const type = major << 5;
  if (value < 24) return SHORT_HEADS[type | Number(value)] as string;
  const low = lowWord(value);
  if (value < 0x100) return String.fromCharCode(type | 24, low);
  if (value < 0x1_0000) return String.fromCharCode(type | 25, low >>> 8, low & 0xff);
  if (value < 0x1_0000_0000) return String.fromCharCode(type | 26) + word(low);
  return String.fromCharCode(type | 27) + word(highWord(value)) + word(low);
}

/** Big-endian. */
function word(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
