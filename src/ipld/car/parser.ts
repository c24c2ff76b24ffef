import { BLAKE2B_CID_BYTES, type Cid, readCid } from "../../encoding/cid.js";
import { type Cursor, readVarint } from "../../encoding/varint.js";
import { joinBytes, latin1 } from "../../util/bytes.js";
import type { Block } from "../block-access.js";
import { invalidCar } from "./error.js";
import { readHeader } from "./header.js";

/** A section longer than this is taken for damage. */
export const MAX_SECTION_BYTES = 128 * 1024 * 1024;
const MAX_VARINT_BYTES = 10;
const MAX_CID_BYTES = 100;

/** Where a block lies in its CAR. */
export interface LocatedBlock extends Block {
  /** Offset of the data in bytes from the start of the CAR; of a compressed one, when it is decompressed. */
  readonly offset: number;
}

/** Reads a CAR of version 1 piece by piece: `push` the pieces, then call `end`. Errors are `FvmError` INVALID_CAR. */
export class CarParser {
  /** Known as soon as a `push` included the header. */
  roots: readonly Cid[] | undefined;
  /** Pieces of the section that is not yet complete. */
  #rest: Uint8Array[] = [];
  /** Bytes that it needs before a look at it is worth while. */
  #missing = 0;
  /** Offset of `#rest` in the CAR. */
  #offset: number;
  readonly #start: number;

  /** @param from where the first piece begins, and the roots if it begins behind a block, where an earlier reading ended */
  constructor(from: { readonly offset: number; readonly roots?: readonly Cid[] } = { offset: 0 }) {
    this.roots = from.roots;
    this.#start = from.offset;
    this.#offset = from.offset;
  }

  /** The blocks that end in this piece: views of it, unless they start before it. */
  push(piece: Uint8Array): LocatedBlock[] {
    this.#rest.push(piece);
    this.#missing -= piece.length;
    // Joined once, not with each piece: sections may be longer than many pieces.
    if (this.#missing > 0) return [];
    const cursor: Cursor = { data: this.#rest.length === 1 ? piece : joinBytes(this.#rest), offset: 0 };
    const blocks = this.#sections(cursor);
    this.#offset += cursor.offset;
    this.#rest = cursor.offset === cursor.data.length ? [] : [cursor.data.subarray(cursor.offset)];
    return blocks;
  }

  /** Whether no part of a section waits for the rest of it. */
  get isBetweenSections(): boolean {
    return this.#rest.every(({ length }) => length === 0);
  }

  /** To be called after the last piece: throws if a block is cut off. */
  end(): void {
    if (!this.isBetweenSections) throw invalidCar(this.#offset, "cut off");
    if (this.roots === undefined) throw invalidCar(this.#start, "no header");
  }

  #sections(cursor: Cursor): LocatedBlock[] {
    const blocks: LocatedBlock[] = [];
    for (;;) {
      const section = this.#section(cursor);
      if (section === undefined) return blocks;
      if (this.roots === undefined) this.roots = readHeader(section, this.#start);
      else blocks.push(blockOf(section, this.#offset + cursor.offset));
    }
  }

  /** The next section without its length, if it is all there. */
  #section(cursor: Cursor): Uint8Array | undefined {
    const { data, offset } = cursor;
    this.#missing = 0;
    const length = sectionLength(cursor, this.#offset);
    const content = cursor.offset;
    cursor.offset = offset;
    if (length === undefined) return undefined;
    const end = content + length;
    if (end > data.length) {
      this.#missing = end - data.length;
      return undefined;
    }
    cursor.offset = end;
    return data.subarray(content, end);
  }
}

/**
 * The length of the section at the cursor, which moves behind it; `undefined` if there are too few bytes to tell.
 *
 * @param start offset of the cursor's data in the CAR, for errors
 */
export function sectionLength(cursor: Cursor, start: number): number | undefined {
  const { data, offset } = cursor;
  const length = readVarint(cursor);
  if (length === undefined) {
    if (data.length - offset < MAX_VARINT_BYTES) return undefined;
    throw invalidCar(start + offset, "no length");
  }
  if (length === 0) throw invalidCar(start + offset, "empty section");
  if (length > MAX_SECTION_BYTES) throw invalidCar(start + offset, `section of ${length} bytes`);
  return Number(length);
}

/** @param end offset in the CAR at which the section ends */
export function blockOf(section: Uint8Array, end: number): LocatedBlock {
  // Nearly all CIDs have the first length, none is longer than the second.
  const cid = cidWithin(section, BLAKE2B_CID_BYTES) ?? cidWithin(section, MAX_CID_BYTES);
  // In its canonical form a CID is as long as in the CAR, or the CAR is none of ours to read.
  if (cid === undefined || latin1(section, 0, cid.length) !== cid) {
    throw invalidCar(end - section.length, "section without CID");
  }
  const data = section.subarray(cid.length);
  return { cid, data, offset: end - data.length };
}

function cidWithin(section: Uint8Array, length: number): Cid | undefined {
  return readCid(section, 0, Math.min(length, section.length));
}
