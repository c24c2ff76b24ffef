import type { Cursor } from "../../encoding/varint.js";
import { invalidCar } from "../../ipld/car/error.js";
import { blockOf, type LocatedBlock, sectionLength } from "../../ipld/car/parser.js";
import type { FileBytes } from "./file-bytes.js";

/** Enough for most blocks, so that they take one read. */
const FIRST_READ_BYTES = 4096;

/** The section at an offset of a file, which ends before `end`. Throws `FvmError` INVALID_CAR. */
export function readSection(file: FileBytes, offset: number, end: number): Uint8Array {
  const data = file.read(offset, Math.min(FIRST_READ_BYTES, end - offset));
  const cursor: Cursor = { data, offset: 0 };
  const length = sectionLength(cursor, offset);
  if (length === undefined || cursor.offset + length > end - offset) throw invalidCar(offset, "cut off");
  const isThere = cursor.offset + length <= data.length;
  return isThere
    ? data.subarray(cursor.offset, cursor.offset + length)
    : file.read(offset + cursor.offset, length);
}

/** The block at an offset of a file. Throws `FvmError` INVALID_CAR. */
export function readBlock(file: FileBytes, offset: number, end: number): LocatedBlock {
  const section = readSection(file, offset, end);
  return blockOf(section, offset + section.length);
}
