import { createReadStream } from "node:fs";
import type { Cid } from "../../encoding/cid.js";
import { bytesEqual } from "../../util/bytes.js";
import { invalidCar } from "./error.js";
import { CarParser, type LocatedBlock } from "./parser.js";
import { PieceReader } from "./pieces.js";
import { HEADER_BYTES, PRAGMA, readLayout } from "./version2.js";
import { isZstd, unzstd } from "./zstd.js";

const READ_BYTES = 1024 * 1024;

/** A CAR that is read as it comes. */
export interface StreamedCar {
  readonly roots: readonly Cid[];
  /** To be read once, to the end. */
  readonly blocks: AsyncIterable<LocatedBlock>;
}

/**
 * Reads a CAR of version 1 or 2, compressed with Zstandard or not, from a stream, without holding more than a piece
 * and a block of it. Blocks are not checked against their CIDs.
 *
 * Throws `FvmError` INVALID_CAR here or while the blocks are read, and what the source throws.
 */
export async function streamCar(source: AsyncIterable<Uint8Array>): Promise<StreamedCar> {
  const stored = new PieceReader(source);
  const isCompressed = isZstd(await closedOnError(stored, stored.peek(4)));
  const reader = isCompressed ? new PieceReader(unzstd(stored)) : stored;
  return closedOnError(reader, readCarOf(reader));
}

/** As `streamCar`, from a file. */
export function openCar(path: string): Promise<StreamedCar> {
  return streamCar(createReadStream(path, { highWaterMark: READ_BYTES }));
}

/** A file would stay open. */
async function closedOnError<T>(reader: PieceReader, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function readCarOf(reader: PieceReader): Promise<StreamedCar> {
  const { offset, length } = await dataOf(reader);
  const parser = new CarParser({ offset });
  const pieces = reader.upTo(length);
  const early: LocatedBlock[] = [];
  while (parser.roots === undefined) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    for (const block of parser.push(value)) early.push(block);
  }
  if (parser.roots === undefined) parser.end();
  async function* blocks(): AsyncGenerator<LocatedBlock> {
    try {
      yield* early;
      for await (const piece of pieces) yield* parser.push(piece);
    } finally {
      await reader.close();
    }
    parser.end();
    const isWhole = length === Number.POSITIVE_INFINITY || reader.offset === offset + length;
    if (!isWhole) throw invalidCar(reader.offset, "cut off");
  }
  return { roots: parser.roots ?? [], blocks: blocks() };
}

/** Where the CAR of version 1 is: it is all, or wrapped by one of version 2. */
export async function dataOf(reader: PieceReader): Promise<{ offset: number; length: number }> {
  if (!bytesEqual(await reader.peek(PRAGMA.length), PRAGMA))
    return { offset: 0, length: Number.POSITIVE_INFINITY };
  await reader.skip(PRAGMA.length);
  const header = await reader.take(HEADER_BYTES);
  if (header === undefined) throw invalidCar(PRAGMA.length, "cut off");
  const { dataOffset, dataSize } = readLayout(header);
  if (!(await reader.skip(dataOffset - reader.offset))) throw invalidCar(reader.offset, "cut off");
  return { offset: dataOffset, length: dataSize };
}
