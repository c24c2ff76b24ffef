import { type Cid, cidText } from "../../encoding/cid.js";
import type { Cursor } from "../../encoding/varint.js";
import { readVarint } from "../../encoding/varint.js";
import { FvmError } from "../../errors.js";
import { invalidCar } from "../../ipld/car/error.js";
import { readHeader } from "../../ipld/car/header.js";
import { blockOf, type LocatedBlock, sectionLength } from "../../ipld/car/parser.js";
import type { PieceReader } from "../../ipld/car/pieces.js";
import { Major } from "../../ipld/cbor-reader.js";
import { isIntact } from "../../ipld/intact.js";
import { headOfSnapshot } from "./snapshot-head.js";

/** How a snapshot begins. */
export interface SnapshotPreamble {
  readonly roots: readonly Cid[];
  /** The first block. */
  readonly blocks: readonly LocatedBlock[];
}

/** Bytes of the longest length of a section, and of its CID. */
const MAX_LENGTH_BYTES = 10;
const MAX_CID_BYTES = 100;

/**
 * Reads the header of a CAR and its first block, and passes over data of F3, which may be longer than any block.
 *
 * @param start offset of the reader's beginning, for errors
 * @throws FvmError INVALID_CAR, INVALID_SNAPSHOT
 */
export async function readPreamble(reader: PieceReader, start: number): Promise<SnapshotPreamble> {
  const { roots, blocks, f3Data } = await readBeginning(reader, start);
  if (f3Data !== undefined) await passOver(reader, start, f3Data);
  return { roots, blocks };
}

/**
 * The length in bytes of the data of F3, before which the reader then stands; undefined: the snapshot has none. Throws as
 * `readPreamble`.
 */
export async function reachF3Data(reader: PieceReader, start: number): Promise<number | undefined> {
  const { f3Data } = await readBeginning(reader, start);
  return f3Data === undefined ? undefined : reachData(reader, start, f3Data);
}

async function readBeginning(
  reader: PieceReader,
  start: number,
): Promise<SnapshotPreamble & { readonly f3Data: Cid | undefined }> {
  if (!(await mayBeCar(reader))) throw invalidCar(start, "not a CAR");
  const header = await section(reader, start);
  if (header === undefined) throw invalidCar(start, "no header");
  const roots = readHeader(header, start);
  const bytes = await section(reader, start);
  if (bytes === undefined) return { roots, blocks: [], f3Data: undefined };
  const first = blockOf(bytes, start + reader.offset);
  if (!isIntact(first.cid, first.data))
    throw invalidCar(first.offset, "the first block does not have its hash");
  return { roots, blocks: [first], f3Data: headOfSnapshot(roots, first.cid, first.data)?.f3Data };
}

/** Whether it is empty or begins with the length of a map, which headers are. */
async function mayBeCar(reader: PieceReader): Promise<boolean> {
  const cursor: Cursor = { data: await reader.peek(MAX_LENGTH_BYTES + 1), offset: 0 };
  if (cursor.data.length === 0) return true;
  return readVarint(cursor) !== undefined && (cursor.data[cursor.offset] ?? 0) >> 5 === Major.MAP;
}

/** The next section without its length; undefined at the end. */
async function section(reader: PieceReader, start: number): Promise<Uint8Array | undefined> {
  const offset = start + reader.offset;
  const cursor: Cursor = { data: await reader.peek(MAX_LENGTH_BYTES), offset: 0 };
  if (cursor.data.length === 0) return undefined;
  const length = sectionLength(cursor, offset);
  const bytes = length === undefined ? undefined : await reader.take(cursor.offset + length);
  if (bytes === undefined) throw invalidCar(offset, "cut off");
  return bytes.subarray(cursor.offset);
}

async function passOver(reader: PieceReader, start: number, f3Data: Cid): Promise<void> {
  const offset = start + reader.offset;
  const length = await reachData(reader, start, f3Data);
  if (!(await reader.skip(length))) throw invalidCar(offset, "cut off");
}

/** Bytes of data in the next section, before which the reader then stands. */
async function reachData(reader: PieceReader, start: number, f3Data: Cid): Promise<number> {
  const offset = start + reader.offset;
  const cursor: Cursor = { data: await reader.peek(MAX_LENGTH_BYTES + MAX_CID_BYTES), offset: 0 };
  const length = readVarint(cursor);
  if (length === undefined) throw invalidCar(offset, "no length");
  const { cid } = blockOf(cursor.data.subarray(cursor.offset), offset);
  if (cid !== f3Data) {
    const reason = `its second block is ${cidText(cid)}, not the data of F3 that its metadata name`;
    throw new FvmError("INVALID_SNAPSHOT", { reason });
  }
  const left = Number(length) - cid.length;
  if (left < 0 || !(await reader.skip(cursor.offset + cid.length))) throw invalidCar(offset, "cut off");
  return left;
}
