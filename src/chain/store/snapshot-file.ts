import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Decompress } from "fzstd";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { CarParser, type LocatedBlock } from "../../ipld/car/parser.js";
import { hex } from "../../util/bytes.js";
import type { ImportRecord } from "./records.js";

/** A snapshot that is read as it comes. */
export interface SnapshotFile {
  readonly roots: readonly Cid[];
  /** To be read once. Throws `FvmError` INVALID_CAR. */
  readonly blocks: AsyncIterable<LocatedBlock>;
  /** Bytes of the file up to which it has been read. */
  readonly bytesRead: number;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Where reading may begin another time, behind the last block that was given; undefined if only at the start. */
  readonly position: number | undefined;
}

/** Where a CAR lies in its file. */
interface Extent {
  readonly isCompressed: boolean;
  readonly start: number;
  /** Offset of its last byte. */
  readonly last: number;
  readonly size: number;
}

const PIECE_BYTES = 1024 * 1024;
/** Compressed, a piece may be a hundred times as long. */
const COMPRESSED_PIECE_BYTES = 64 * 1024;
const ZSTD_MAGIC = "28b52ffd";
/** The bytes with which CARs of version 2 begin: a header of version 1 that says so. */
const CAR_V2_PRAGMA = "0aa16776657273696f6e02";
const V2_HEADER_BYTES = 51;
const V2_DATA_OFFSET_AT = 27;
const V2_DATA_SIZE_AT = 35;

/**
 * Opens a snapshot.
 *
 * @param resumed how far it was read before
 * @throws FvmError INVALID_CAR; the file system's errors
 */
export async function openSnapshot(path: string, resumed: ImportRecord | undefined): Promise<SnapshotFile> {
  const extent = await extentOf(path);
  const from = extent.isCompressed || resumed === undefined || resumed.offset === 0 ? undefined : resumed;
  const reader = new SnapshotReader(path, extent, from && { ...from, roots: from.roots.map(parseCid) });
  await reader.readHeader();
  return reader;
}

class SnapshotReader implements SnapshotFile {
  bytesRead: number;
  position: number | undefined;
  readonly blocks: AsyncIterable<LocatedBlock>;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  readonly #parser: CarParser;
  /** Blocks that came with the header. */
  #early: readonly LocatedBlock[] = [];

  constructor(
    private readonly path: string,
    private readonly extent: Extent,
    resumed: { readonly roots: readonly Cid[]; readonly offset: number } | undefined,
  ) {
    const { start, isCompressed } = extent;
    this.bytesRead = resumed?.offset ?? start;
    this.position = isCompressed ? undefined : this.bytesRead;
    this.#parser = new CarParser(resumed && { roots: resumed.roots, offset: resumed.offset - start });
    this.#pieces = isCompressed ? decompressed(this.#read(COMPRESSED_PIECE_BYTES)) : this.#read(PIECE_BYTES);
    this.blocks = this.#blocks();
  }

  get roots(): readonly Cid[] {
    return this.#parser.roots ?? [];
  }

  get size(): number {
    return this.extent.size;
  }

  async readHeader(): Promise<void> {
    while (this.#parser.roots === undefined) {
      const { value, done } = await this.#pieces.next();
      if (done === true) return this.#parser.end();
      this.#early = this.#parser.push(value);
    }
  }

  async *#blocks(): AsyncGenerator<LocatedBlock> {
    yield* this.#given(this.#early);
    for await (const piece of this.#pieces) yield* this.#given(this.#parser.push(piece));
    this.#parser.end();
  }

  *#given(blocks: readonly LocatedBlock[]): Generator<LocatedBlock> {
    for (const block of blocks) {
      if (!this.extent.isCompressed) this.position = this.extent.start + block.offset + block.data.length;
      yield block;
    }
  }

  async *#read(highWaterMark: number): AsyncGenerator<Uint8Array> {
    const { last } = this.extent;
    if (this.bytesRead > last) return;
    const options = { start: this.bytesRead, end: last, highWaterMark };
    for await (const piece of createReadStream(this.path, options)) {
      this.bytesRead += (piece as Uint8Array).length;
      yield piece as Uint8Array;
    }
  }
}

async function extentOf(path: string): Promise<Extent> {
  const file = await open(path, "r");
  try {
    return await readExtent(file);
  } finally {
    await file.close();
  }
}

async function readExtent(file: FileHandle): Promise<Extent> {
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(V2_HEADER_BYTES), 0, V2_HEADER_BYTES, 0);
  const begin = hex(buffer);
  const isCompressed = begin.startsWith(ZSTD_MAGIC);
  if (!begin.startsWith(CAR_V2_PRAGMA)) return { isCompressed, start: 0, last: size - 1, size };
  const start = Number(buffer.readBigUInt64LE(V2_DATA_OFFSET_AT));
  const end = start + Number(buffer.readBigUInt64LE(V2_DATA_SIZE_AT));
  if (start >= V2_HEADER_BYTES && start < end && end <= size) {
    return { isCompressed: false, start, last: end - 1, size };
  }
  const reason = `its header says bytes ${start} to ${end} of a file of ${size}`;
  throw new FvmError("INVALID_CAR", { offset: 0, reason });
}

async function* decompressed(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let out: Uint8Array[] = [];
  let length = 0;
  const decoder = new Decompress((piece) => {
    length += piece.length;
    out.push(piece);
  });
  const push = (piece: Uint8Array, isLast: boolean): readonly Uint8Array[] => {
    out = [];
    try {
      decoder.push(piece, isLast);
    } catch (cause) {
      const reason = `zstd: ${cause instanceof Error ? cause.message : cause}`;
      throw new FvmError("INVALID_CAR", { offset: length, reason }, { cause });
    }
    return out;
  };
  for await (const piece of pieces) yield* push(piece, false);
  yield* push(new Uint8Array(0), true);
}
