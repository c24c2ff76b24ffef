import { Buffer } from "node:buffer";
import { latin1, writeLatin1 } from "../util/bytes.js";
import { highWord, type I64, lowWord, type U64 } from "../util/u64.js";
import { Major } from "./cbor-reader.js";
import type { Cid } from "./cid.js";

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const CID_TAG = 42;
const LONGEST_HEAD = 9;

const utf8 = new TextEncoder();

/** Writes DAG-CBOR item by item: definite lengths, least headers. Calls can be chained. */
export class CborWriter {
  #buffer = new Uint8Array(512);
  #length = 0;

  u64(value: U64): this {
    return this.#head(Major.UNSIGNED, value);
  }

  i64(value: I64): this {
    if (value >= 0) return this.#head(Major.UNSIGNED, value);
    return this.#head(Major.NEGATIVE, typeof value === "number" ? -1 - value : -1n - value);
  }

  bool(value: boolean): this {
    return this.#byte(value ? TRUE : FALSE);
  }

  null(): this {
    return this.#byte(NULL);
  }

  bytes(data: Uint8Array): this {
    return this.#head(Major.BYTES, data.length).raw(data);
  }

  /** A byte string from a latin1 string. */
  latin1(bytes: string): this {
    return this.#head(Major.BYTES, bytes.length).rawLatin1(bytes);
  }

  text(text: string): this {
    return this.#head(Major.TEXT, Buffer.byteLength(text)).raw(utf8.encode(text));
  }

  /** Starts an array; its items follow. */
  array(length: number): this {
    return this.#head(Major.ARRAY, length);
  }

  /** Starts a map; keys and values follow in turn. */
  map(entries: number): this {
    return this.#head(Major.MAP, entries);
  }

  cid(cid: Cid): this {
    return this.#head(Major.TAG, CID_TAG)
      .#head(Major.BYTES, cid.length + 1)
      .#byte(0)
      .rawLatin1(cid);
  }

  /** Bytes that are CBOR already. */
  raw(data: Uint8Array): this {
    this.#reserve(data.length);
    this.#buffer.set(data, this.#length);
    this.#length += data.length;
    return this;
  }

  /** As `raw`, from a latin1 string. */
  rawLatin1(data: string): this {
    this.#reserve(data.length);
    writeLatin1(this.#buffer, data, this.#length);
    this.#length += data.length;
    return this;
  }

  /** What was written; the writer is empty afterwards. */
  finish(): Uint8Array {
    const data = this.#buffer.slice(0, this.#length);
    this.#length = 0;
    return data;
  }

  /** As `finish`, only the number of bytes. */
  finishLength(): number {
    const length = this.#length;
    this.#length = 0;
    return length;
  }

  /** As `finish`, as a latin1 string. */
  finishLatin1(): string {
    const data = latin1(this.#buffer, 0, this.#length);
    this.#length = 0;
    return data;
  }

  #byte(byte: number): this {
    this.#reserve(1);
    this.#buffer[this.#length++] = byte;
    return this;
  }

  #head(major: Major, value: U64): this {
    this.#reserve(LONGEST_HEAD);
    const type = major << 5;
    if (value < 24) return this.#put(type | Number(value), 0, 0);
    if (value < 0x100) return this.#put(type | 24, Number(value), 1);
    if (value < 0x1_0000) return this.#put(type | 25, Number(value), 2);
    if (value < 0x1_0000_0000) return this.#put(type | 26, Number(value), 4);
    return this.#put(type | 27, highWord(value), 4).#word(lowWord(value), 4);
  }

  #put(first: number, word: number, size: number): this {
    this.#buffer[this.#length++] = first;
    return this.#word(word, size);
  }

  /** The low bytes of a word, big-endian; there is room. */
  #word(word: number, size: number): this {
    for (let shift = 8 * size - 8; shift >= 0; shift -= 8) this.#buffer[this.#length++] = word >>> shift;
    return this;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
