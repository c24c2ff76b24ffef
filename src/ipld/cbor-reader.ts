import { BLAKE2B_CID_BYTES, type Cid, readCid } from "../encoding/cid.js";
import type { Cursor } from "../encoding/varint.js";
import { FvmError } from "../errors.js";
import { joinBytes, latin1 } from "../util/bytes.js";
import { type I64, I64_MAX, i64, type U64, u64FromWords } from "../util/u64.js";

/** Major types of CBOR (RFC 8949, section 3.1). */
export const Major = {
  UNSIGNED: 0,
  NEGATIVE: 1,
  BYTES: 2,
  TEXT: 3,
  ARRAY: 4,
  MAP: 5,
  TAG: 6,
  SIMPLE: 7,
} as const;
/** A major type of CBOR, 0 to 7. */
export type Major = (typeof Major)[keyof typeof Major];

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const FLOAT_32 = 0xfa;
const FLOAT_64 = 0xfb;
const BREAK = 0xff;
const INDEFINITE = 31;
const CID_TAG = 42;
/** Two headers of two bytes each, a zero byte, and the CID. */
const USUAL_LINK_BYTES = 5 + BLAKE2B_CID_BYTES;
/** Chunked strings may be nested in each other this deep. */
const MAX_DEPTH = 256;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How strictly a `CborReader` reads. */
export interface CborReaderOptions {
  /**
   * Accept only what Go's decoders do (library cbor-gen): headers of the right type and least length, nothing in a link but
   * a CID with varints of least length.
   * Otherwise what the reference does (crates serde_ipld_dagcbor 0.6.4, cbor4ii 0.2.14).
   */
  readonly canonical?: boolean;
}

/**
 * Reads DAG-CBOR of a known structure, item by item. Each method throws `FvmError` INVALID_CBOR if the
 * next item is something else. After the last item call `end`.
 */
export class CborReader implements Cursor {
  /** Where the next item begins. */
  offset: number;
  readonly #isCanonical: boolean;

  /** @param start offset of the first item */
  constructor(
    readonly data: Uint8Array,
    start = 0,
    options: CborReaderOptions = {},
  ) {
    this.offset = start;
    this.#isCanonical = options.canonical ?? false;
  }

  /** Major type of the next item. */
  major(): Major {
    return (this.#peek() >> 5) as Major;
  }

  /** An unsigned integer of 64 bits. */
  u64(): U64 {
    return this.#head(Major.UNSIGNED);
  }

  /** An unsigned integer of 32 bits. The reference refuses values of an eight byte header here, even small ones. */
  u32(): number {
    if ((this.#peek() & 0x1f) > 26) return this.fail("no 32-bit integer");
    return Number(this.#head(Major.UNSIGNED));
  }

  /** As `u32`, with headers of one byte at most. */
  u8(): number {
    if ((this.#peek() & 0x1f) > 24) return this.fail("no 8-bit integer");
    return Number(this.#head(Major.UNSIGNED));
  }

  /** A signed integer of 64 bits. */
  i64(): I64 {
    const isNegative = this.major() === Major.NEGATIVE;
    const value = this.#head(isNegative ? Major.NEGATIVE : Major.UNSIGNED);
    if (value > I64_MAX) return this.fail("integer beyond 64 bits");
    if (!isNegative) return value;
    return typeof value === "number" ? i64(-1n - BigInt(value)) : -1n - value;
  }

  /** True or false. */
  bool(): boolean {
    const byte = this.#peek();
    if (byte !== FALSE && byte !== TRUE) return this.fail("no boolean");
    this.offset++;
    return byte === TRUE;
  }

  /** Whether the next item is null; then it is read. */
  null(): boolean {
    if (this.#peek() !== NULL) return false;
    this.offset++;
    return true;
  }

  /** A byte string, as a view of the data. */
  bytes(): Uint8Array {
    return this.#string(Major.BYTES);
  }

  /** A byte string, as a latin1 string. */
  latin1(): string {
    if (this.#isIndefinite(Major.BYTES)) return latin1(this.#chunks(Major.BYTES, 1));
    const start = this.#skipString(Major.BYTES);
    return latin1(this.data, start, this.offset);
  }

  /** A text string, which must be UTF-8. */
  text(): string {
    const bytes = this.#string(Major.TEXT);
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail("text is not UTF-8");
    }
  }

  /** Starts an array and returns its length. */
  array(): number {
    return this.#length(Major.ARRAY);
  }

  /** Starts an array that must have this length. */
  tuple(length: number): void {
    const found = this.array();
    if (found !== length) this.fail(`array of ${found} instead of ${length}`);
  }

  /** Starts a map and returns its number of entries. */
  map(): number {
    return this.#length(Major.MAP);
  }

  /** A link. What follows the CID inside of it is dropped. */
  cid(): Cid {
    if (this.#isUsualLink()) {
      const start = this.#advance(USUAL_LINK_BYTES) + USUAL_LINK_BYTES - BLAKE2B_CID_BYTES;
      return this.#link(readCid(this.data, start, this.offset), BLAKE2B_CID_BYTES);
    }
    if (this.#head(Major.TAG) !== CID_TAG) return this.fail("no link");
    if (this.major() !== Major.BYTES) return this.fail("link without bytes");
    const bytes = this.#string(Major.BYTES);
    if (bytes.length < 2 || bytes[0] !== 0) return this.fail("link without prefix");
    return this.#link(readCid(bytes, 1), bytes.length - 1);
  }

  /** The next item with all that is in it, undecoded, as a view of the data. */
  raw(): Uint8Array {
    const start = this.offset;
    this.skip();
    return this.data.subarray(start, this.offset);
  }

  /** As `raw`, as a latin1 string. */
  rawLatin1(): string {
    const start = this.offset;
    this.skip();
    return latin1(this.data, start, this.offset);
  }

  /** Passes the next item with all that is in it. @param links where the links in it go, in order */
  skip(links?: Cid[]): void {
    for (let pending = 1; pending > 0; pending--) {
      const byte = this.#peek();
      const major = this.major();
      switch (major) {
        case Major.UNSIGNED:
        case Major.NEGATIVE:
          this.#head(major);
          break;
        case Major.BYTES:
        case Major.TEXT:
          this.#skipString(major);
          break;
        case Major.ARRAY:
          pending += this.#length(major);
          break;
        case Major.MAP:
          pending += 2 * this.#length(major);
          break;
        case Major.TAG:
          if (links !== undefined) {
            links.push(this.cid());
            break;
          }
          if (this.#head(major) !== CID_TAG || this.major() !== Major.BYTES) this.fail("no link");
          pending++;
          break;
        case Major.SIMPLE:
          this.#advance(simpleLength(byte) ?? this.fail("unknown simple value"));
      }
    }
  }

  /** Nothing may follow. */
  end(): void {
    if (this.offset < this.data.length) this.fail("bytes after the end");
  }

  /** For structures that are wrong though their items are right. Throws `FvmError` INVALID_CBOR. */
  fail(reason: string): never {
    throw new FvmError("INVALID_CBOR", { offset: this.offset, reason });
  }

  #peek(): number {
    return this.data[this.offset] ?? this.fail("cut off");
  }

  /** Whether a link with a CID of the length that nearly all have comes next, in its least form. */
  /** A shorter CID leaves bytes behind it, or was not written with the least of them: only the reference takes that. */
  #link(cid: Cid | undefined, length: number): Cid {
    if (cid === undefined) return this.fail("no CID in link");
    return this.#isCanonical && cid.length < length ? this.fail("link with more bytes than its CID") : cid;
  }

  #isUsualLink(): boolean {
    const { data, offset } = this;
    return (
      data[offset] === 0xd8 &&
      data[offset + 1] === CID_TAG &&
      data[offset + 2] === 0x58 &&
      data[offset + 3] === BLAKE2B_CID_BYTES + 1 &&
      data[offset + 4] === 0
    );
  }

  #isIndefinite(major: Major): boolean {
    return !this.#isCanonical && this.#peek() === ((major << 5) | INDEFINITE);
  }

  /** Reads a header and returns its argument. */
  #head(major: Major): U64 {
    const byte = this.#peek();
    if (this.#isCanonical && byte >> 5 !== major) return this.fail(`no item of major type ${major}`);
    // The reference clears the bits of the type instead of comparing them, so that an integer
    // passes for the header of a string or an array.
    const short = byte & ~(major << 5);
    if (short < 24) {
      this.offset++;
      return short;
    }
    if (short > 27) return this.fail(`no item of major type ${major}`);
    const size = 1 << (short - 24);
    const start = this.#advance(1 + size) + 1;
    const value = this.#unsigned(start, size);
    if (this.#isCanonical && value < (size === 1 ? 24 : 2 ** (4 * size)))
      this.fail("header longer than needed");
    return value;
  }

  #unsigned(start: number, size: number): U64 {
    let high = 0;
    let low = 0;
    for (let i = start; i < start + size; i++) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | (this.data[i] ?? 0);
    }
    return u64FromWords(low, high);
  }

  /** An item count; the least that can follow is checked, so a loop over it ends. */
  #length(major: Major): number {
    const length = this.#head(major);
    if (length > this.data.length - this.offset) return this.fail("cut off");
    return Number(length);
  }

  #string(major: Major): Uint8Array {
    if (this.#isIndefinite(major)) return this.#chunks(major, 1);
    const start = this.#skipString(major);
    return this.data.subarray(start, this.offset);
  }

  /** Passes a string of definite length and returns where its content starts. */
  #skipString(major: Major): number {
    return this.#advance(this.#length(major));
  }

  #chunks(major: Major, depth: number): Uint8Array {
    if (depth > MAX_DEPTH) return this.fail("nested too deep");
    this.offset++;
    const chunks: Uint8Array[] = [];
    while (this.#peek() !== BREAK) {
      if (this.#isIndefinite(major)) chunks.push(this.#chunks(major, depth + 1));
      else chunks.push(this.data.subarray(this.#skipString(major), this.offset));
    }
    this.offset++;
    return joinBytes(chunks);
  }

  /** Moves behind the next bytes and returns where they start. */
  #advance(length: number): number {
    const start = this.offset;
    if (length > this.data.length - start) return this.fail("cut off");
    this.offset = start + length;
    return start;
  }
}

function simpleLength(byte: number): number | undefined {
  if (byte === FALSE || byte === TRUE || byte === NULL) return 1;
  return byte === FLOAT_32 ? 5 : byte === FLOAT_64 ? 9 : undefined;
}
