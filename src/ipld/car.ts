import { createReadStream } from "node:fs";
import { BLAKE2B_CID_BYTES, type Cid, readCid } from "../encoding/cid.js";
import { type Cursor, readVarint, varint } from "../encoding/varint.js";
import { FvmError } from "../errors.js";
import { asBytes, concatBytes, joinBytes, latin1, latin1Bytes, NO_BYTES } from "../util/bytes.js";
import { kindOf } from "../util/kind-of.js";
import type { Block } from "./block-access.js";
import { CborReader, CborWriter } from "./cbor.js";

/** A section longer than this is taken for damage. */
const MAX_SECTION_BYTES = 128 * 1024 * 1024;
const MAX_VARINT_BYTES = 10;
const MAX_CID_BYTES = 100;

/** The content of a CAR (content-addressable archive). */
export interface Car {
  readonly roots: readonly Cid[];
  readonly blocks: readonly Block[];
}

/**
 * Reads a CAR (version 1) whole. Blocks are views of `bytes`, and are not checked against their CIDs.
 * Throws `FvmError` INVALID_CAR.
 */
export function readCar(bytes: Uint8Array): Car {
  const data = asBytes(bytes);
  if (data === undefined)
    throw new FvmError("INVALID_CAR", { offset: 0, reason: `${kindOf(bytes)} is not bytes` });
  const parser = new CarParser();
  const blocks = parser.push(data);
  parser.end();
  return { roots: parser.roots ?? [], blocks };
}

/** Where a block lies in its CAR. */
export interface LocatedBlock extends Block {
  /** Offset of the data in bytes from the start of the CAR. */
  readonly offset: number;
}

/** Reads a CAR piece by piece: `push` the pieces, then call `end`. Errors are `FvmError` INVALID_CAR. */
export class CarParser {
  /** Known as soon as a `push` included the header. */
  roots: readonly Cid[] | undefined;
  #rest: Uint8Array = NO_BYTES;
  /** Offset of `#rest` in the CAR. */
  #offset: number;

  /** @param from the offset behind a block, where an earlier reading has ended, and the roots that it has found */
  constructor(from?: { readonly roots: readonly Cid[]; readonly offset: number }) {
    this.roots = from?.roots;
    this.#offset = from?.offset ?? 0;
  }

  /** The blocks that end in this piece: views of it, unless they start before it. */
  push(piece: Uint8Array): LocatedBlock[] {
    const cursor: Cursor = { data: joined(this.#rest, piece), offset: 0 };
    const blocks: LocatedBlock[] = [];
    for (;;) {
      const section = this.#section(cursor);
      if (section === undefined) break;
      if (this.roots === undefined) this.roots = this.#readHeader(section);
      else blocks.push(this.#readBlock(section, this.#offset + cursor.offset));
    }
    this.#rest = cursor.data.subarray(cursor.offset);
    this.#offset += cursor.offset;
    return blocks;
  }

  /** To be called after the last piece: throws if a block is cut off. */
  end(): void {
    if (this.#rest.length > 0) this.#fail(this.#offset, "cut off");
    if (this.roots === undefined) this.#fail(0, "no header");
  }

  /** The next section without its length, if it is all there. */
  #section(cursor: Cursor): Uint8Array | undefined {
    const { data, offset } = cursor;
    const start = this.#offset + offset;
    const length = readVarint(cursor);
    const content = cursor.offset;
    cursor.offset = offset;
    if (length === undefined) {
      return data.length - offset < MAX_VARINT_BYTES ? undefined : this.#fail(start, "no length");
    }
    if (length === 0) return this.#fail(start, "empty section");
    if (length > MAX_SECTION_BYTES) return this.#fail(start, `section of ${length} bytes`);
    const end = content + Number(length);
    if (end > data.length) return undefined;
    cursor.offset = end;
    return data.subarray(content, end);
  }

  #readHeader(section: Uint8Array): Cid[] {
    let header: CarHeader;
    try {
      header = readHeader(section);
    } catch (cause) {
      throw new FvmError("INVALID_CAR", { offset: 0, reason: "malformed header" }, { cause });
    }
    return header.version === 1 ? header.roots : this.#fail(0, `version ${header.version}`);
  }

  /** @param end offset in the CAR at which the section ends */
  #readBlock(section: Uint8Array, end: number): LocatedBlock {
    // Nearly all CIDs have the first length, none is longer than the second.
    const cid = cidWithin(section, BLAKE2B_CID_BYTES) ?? cidWithin(section, MAX_CID_BYTES);
    // In its canonical form a CID is as long as in the CAR, or the CAR is none of ours to read.
    if (cid === undefined || latin1(section, 0, cid.length) !== cid) {
      return this.#fail(end - section.length, "section without CID");
    }
    const data = section.subarray(cid.length);
    return { cid, data, offset: end - data.length };
  }

  #fail(offset: number, reason: string): never {
    throw new FvmError("INVALID_CAR", { offset, reason });
  }
}

function cidWithin(section: Uint8Array, length: number): Cid | undefined {
  return readCid(section, 0, Math.min(length, section.length));
}

interface CarHeader {
  readonly version: number;
  readonly roots: Cid[];
}

function readHeader(section: Uint8Array): CarHeader {
  const reader = new CborReader(section, 0, { canonical: true });
  let version = 0;
  let roots: Cid[] = [];
  for (let entries = reader.map(); entries > 0; entries--) {
    const key = reader.text();
    if (key === "version") version = reader.u32();
    else if (key === "roots") roots = Array.from({ length: reader.array() }, () => reader.cid());
    else reader.skip();
  }
  reader.end();
  return { version, roots };
}

function joined(rest: Uint8Array, piece: Uint8Array): Uint8Array {
  return rest.length === 0 ? piece : concatBytes(rest, piece);
}

/** A CAR that is read as it comes. */
export interface StreamedCar {
  readonly roots: readonly Cid[];
  /** To be read once, to the end. */
  readonly blocks: AsyncIterable<LocatedBlock>;
}

/**
 * Reads a CAR from a stream without holding more than a piece and a block of it.
 * Throws `FvmError` INVALID_CAR here or while the blocks are read, and what the source throws.
 */
export async function streamCar(source: AsyncIterable<Uint8Array>): Promise<StreamedCar> {
  const parser = new CarParser();
  const pieces = source[Symbol.asyncIterator]();
  const early: LocatedBlock[] = [];
  try {
    while (parser.roots === undefined) {
      const { value, done } = await pieces.next();
      if (done === true) break;
      for (const block of parser.push(value)) early.push(block);
    }
    if (parser.roots === undefined) parser.end();
  } catch (error) {
    // A file would stay open.
    await pieces.return?.();
    throw error;
  }
  async function* blocks(): AsyncGenerator<LocatedBlock> {
    yield* early;
    try {
      for (;;) {
        const { value, done } = await pieces.next();
        if (done === true) break;
        yield* parser.push(value);
      }
    } finally {
      await pieces.return?.();
    }
    parser.end();
  }
  return { roots: parser.roots ?? [], blocks: blocks() };
}

/** As `streamCar`, from a file. */
export function openCar(path: string): Promise<StreamedCar> {
  return streamCar(createReadStream(path, { highWaterMark: 1024 * 1024 }));
}

/** A CAR (version 1) of these blocks, in this order. */
export function writeCar({ roots, blocks }: Car): Uint8Array {
  const header = new CborWriter().map(2).text("roots").array(roots.length);
  for (const root of roots) header.cid(root);
  const sections = blocks.map(({ cid, data }) => section(latin1Bytes(cid), data));
  return joinBytes([section(header.text("version").u64(1).finish()), ...sections]);
}

function section(...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concatBytes(latin1Bytes(varint(length)), ...parts);
}
