/**
 * The index that a CAR of version 2 brings along: digests with the places of their sections, by length of the digest
 * (IndexSorted) or by hash and length (MultihashIndexSorted). Source: the specification of CARv2.
 */
import type { Cid } from "../../encoding/cid.js";
import { cidParts } from "../../encoding/cid.js";
import { IDENTITY } from "../../encoding/codecs.js";
import type { Cursor } from "../../encoding/varint.js";
import { readVarint } from "../../encoding/varint.js";
import { invalidCar } from "../../ipld/car/error.js";
import { readHeader } from "../../ipld/car/header.js";
import type { Layout } from "../../ipld/car/version2.js";
import { type U64, u64 } from "../../util/u64.js";
import type { BlockIndex } from "./block-index.js";
import type { FileBytes } from "./file-bytes.js";
import { readBlock, readSection } from "./section.js";

const INDEX_SORTED = 0x0400;
const MULTIHASH_INDEX_SORTED = 0x0401;
const MAX_CODEC_BYTES = 10;
const OFFSET_BYTES = 8;
const MAX_DIGEST_BYTES = 64;
/** More hashes, or lengths of digests, than there are. */
const MAX_TABLES = 1024;

/** Entries of one length, in order of their digests. */
interface SortedTable {
  /** `undefined`: of any. */
  readonly hashCode: U64 | undefined;
  /** Bytes of an entry: digest and offset. */
  readonly width: number;
  readonly count: number;
  readonly offset: number;
}

/** An index that lies in the file. */
export class SortedIndex implements BlockIndex {
  readonly roots: readonly Cid[];
  readonly #file: FileBytes;
  readonly #tables: readonly SortedTable[];
  readonly #dataOffset: number;
  readonly #dataEnd: number;

  private constructor(file: FileBytes, { dataOffset, dataSize }: Layout, tables: readonly SortedTable[]) {
    this.#file = file;
    this.#tables = tables;
    this.#dataOffset = dataOffset;
    this.#dataEnd = dataOffset + dataSize;
    this.roots = readHeader(readSection(file, dataOffset, this.#dataEnd), dataOffset);
  }

  /** The file's index; `undefined` if it has none, or none that is sound. */
  static of(file: FileBytes, layout: Layout): SortedIndex | undefined {
    if (layout.dataOffset + layout.dataSize > file.size) throw invalidCar(file.size, "cut off");
    if (layout.indexOffset === 0) return undefined;
    const tables = readTables(file, layout.indexOffset);
    return tables && new SortedIndex(file, layout, tables);
  }

  find(cid: Cid): Uint8Array | undefined {
    const { hashCode, digest } = cidParts(cid);
    for (const table of this.#tables) {
      const isOfHash = table.hashCode === undefined || table.hashCode === hashCode;
      if (!isOfHash || table.width !== digest.length + OFFSET_BYTES) continue;
      const data = this.#findIn(table, cid, digest);
      if (data !== undefined) return data;
    }
    // Such a block is in its CID, and writers need not list it.
    return hashCode === IDENTITY ? digest : undefined;
  }

  #findIn(table: SortedTable, cid: Cid, digest: Uint8Array): Uint8Array | undefined {
    // CIDs with another codec have the same digest.
    for (let i = this.#firstOf(table, digest); i < table.count; i++) {
      const entry = this.#entry(table, i);
      if (Buffer.compare(entry.subarray(0, digest.length), digest) !== 0) return undefined;
      const offset = Number(Buffer.from(entry.buffer, entry.byteOffset).readBigUInt64LE(digest.length));
      const found = readBlock(this.#file, this.#dataOffset + offset, this.#dataEnd);
      if (found.cid === cid) return found.data;
      if (!found.cid.endsWith(Buffer.from(digest).toString("latin1")))
        throw invalidCar(this.#dataOffset + offset, "the index leads to another block");
    }
    return undefined;
  }

  /** Number of the first entry whose digest is not less. */
  #firstOf(table: SortedTable, digest: Uint8Array): number {
    let low = 0;
    for (let high = table.count; low < high; ) {
      const middle = Math.floor((low + high) / 2);
      const found = this.#entry(table, middle).subarray(0, digest.length);
      if (Buffer.compare(found, digest) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #entry({ offset, width }: SortedTable, i: number): Uint8Array {
    return this.#file.read(offset + i * width, width);
  }
}

/** The tables of an index, if their sizes fit together and into the file. */
function readTables(file: FileBytes, indexOffset: number): readonly SortedTable[] | undefined {
  const cursor: Cursor = { data: file.upTo(indexOffset, MAX_CODEC_BYTES), offset: 0 };
  const codec = readVarint(cursor);
  const reader = new IndexReader(file, indexOffset + cursor.offset);
  if (codec === INDEX_SORTED) return reader.tables(undefined);
  if (codec !== MULTIHASH_INDEX_SORTED) return undefined;
  const tables: SortedTable[] = [];
  const hashes = reader.u32();
  if (hashes > MAX_TABLES) return undefined;
  for (let i = 0; i < hashes; i++) {
    const hashCode = reader.u64();
    const ofHash = hashCode === undefined ? undefined : reader.tables(hashCode);
    if (ofHash === undefined) return undefined;
    tables.push(...ofHash);
  }
  return tables;
}

class IndexReader {
  readonly #file: FileBytes;
  #offset: number;

  constructor(file: FileBytes, offset: number) {
    this.#file = file;
    this.#offset = offset;
  }

  u32(): number {
    const bytes = this.#next(4);
    return bytes === undefined ? Number.POSITIVE_INFINITY : bytes.readUInt32LE();
  }

  u64(): U64 | undefined {
    const bytes = this.#next(8);
    return bytes && u64(bytes.readBigUInt64LE());
  }

  /** Tables of one hash, or of all; `undefined` if they are not sound. */
  tables(hashCode: U64 | undefined): SortedTable[] | undefined {
    const count = this.u32();
    if (count > MAX_TABLES) return undefined;
    const tables: SortedTable[] = [];
    for (let i = 0; i < count; i++) {
      const width = this.u32();
      const length = Number(this.u64() ?? Number.POSITIVE_INFINITY);
      const isSound =
        width > OFFSET_BYTES && width <= OFFSET_BYTES + MAX_DIGEST_BYTES && length % width === 0;
      if (!isSound || this.#offset + length > this.#file.size) return undefined;
      tables.push({ hashCode, width, count: length / width, offset: this.#offset });
      this.#offset += length;
    }
    return tables;
  }

  #next(length: number): Buffer | undefined {
    const bytes = this.#file.upTo(this.#offset, length);
    this.#offset += length;
    return bytes.length < length ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, length);
  }
}
