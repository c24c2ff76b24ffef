import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { invalidCar } from "../../ipld/car/error.js";
import { CarParser, type LocatedBlock } from "../../ipld/car/parser.js";
import { PieceReader } from "../../ipld/car/pieces.js";
import { dataOf } from "../../ipld/car/stream.js";
import { isZstd, unzstd } from "../../ipld/car/zstd.js";
import type { ImportRecord } from "./records.js";
import { readPreamble } from "./snapshot-preamble.js";

const READ_BYTES = 1024 * 1024;

/** A snapshot that is read as it comes. */
export interface SnapshotFile {
  readonly roots: readonly Cid[];
  /** To be read once. Throws `FvmError` INVALID_CAR. */
  readonly blocks: AsyncIterable<LocatedBlock>;
  readonly progress: FileProgress;
}

/** How far a file has been read. */
export interface FileProgress {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Bytes up to which it has been read. */
  bytesRead: number;
  /** Where reading may begin another time without the blocks that were given: an offset; 0: at the start. */
  position: number;
}

/** Where an earlier reading may go on. */
interface Resumption {
  readonly offset: number;
  readonly roots: readonly Cid[];
}

/**
 * Opens a snapshot: a CAR of version 1 or 2, compressed or not.
 *
 * @param earlier how far it was read before
 * @throws FvmError INVALID_CAR, INVALID_SNAPSHOT; the file system's errors
 */
export async function openSnapshot(path: string, earlier: ImportRecord | undefined): Promise<SnapshotFile> {
  const { size } = await stat(path);
  const resumed =
    earlier === undefined || earlier.offset === 0
      ? undefined
      : { offset: earlier.offset, roots: earlier.roots.map(parseCid) };
  const progress = { size, bytesRead: resumed?.offset ?? 0, position: resumed?.offset ?? 0 };
  const begin = new PieceReader(createReadStream(path));
  try {
    if (isZstd(await begin.peek(4))) return await openCompressed(path, progress, resumed);
    const { offset, length } = await dataOf(begin);
    if (length !== Number.POSITIVE_INFINITY && offset + length > size) throw invalidCar(size, "cut off");
    return await openPlain(path, progress, resumed, { offset, end: Math.min(size, offset + length) });
  } finally {
    await begin.close();
  }
}

async function openPlain(
  path: string,
  progress: FileProgress,
  resumed: Resumption | undefined,
  car: { readonly offset: number; readonly end: number },
): Promise<SnapshotFile> {
  const from = resumed?.offset ?? car.offset;
  const reader = new PieceReader(readFile(path, from, car.end, progress));
  const { roots, blocks: early } =
    resumed === undefined ? await readPreamble(reader, from) : { ...resumed, blocks: [] };
  async function* blocks(): AsyncGenerator<LocatedBlock> {
    const parser = new CarParser({ offset: from + reader.offset, roots });
    for await (const block of parsed(early, parser, reader.upTo(Number.POSITIVE_INFINITY))) {
      progress.position = block.offset + block.data.length;
      yield block;
    }
  }
  return { roots, progress, blocks: blocks() };
}

/** Reading may begin with any of several frames, as Forest writes them, that begins with a block. */
async function openCompressed(
  path: string,
  progress: FileProgress,
  resumed: Resumption | undefined,
): Promise<SnapshotFile> {
  const from = resumed?.offset ?? 0;
  let parser: CarParser | undefined;
  const onFrame = (offset: number) => {
    if (parser?.isBetweenSections === true) progress.position = from + offset;
  };
  const stored = new PieceReader(readFile(path, from, progress.size, progress));
  const reader = new PieceReader(unzstd(stored, onFrame));
  const whole = { offset: 0, length: Number.POSITIVE_INFINITY };
  const { offset, length } = resumed === undefined ? await dataOf(reader) : whole;
  const { roots, blocks: early } =
    resumed === undefined ? await readPreamble(reader, offset) : { ...resumed, blocks: [] };
  async function* blocks(): AsyncGenerator<LocatedBlock> {
    const last = new CarParser({ offset: reader.offset, roots });
    // The index behind the data of version 2 is found from its start only.
    if (length === whole.length) parser = last;
    yield* parsed(early, last, reader.upTo(offset + length - reader.offset));
    if (length !== whole.length && reader.offset < offset + length)
      throw invalidCar(reader.offset, "cut off");
  }
  return { roots, progress, blocks: blocks() };
}

async function* parsed(
  early: readonly LocatedBlock[],
  parser: CarParser,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<LocatedBlock> {
  yield* early;
  for await (const piece of pieces) yield* parser.push(piece);
  parser.end();
}

async function* readFile(
  path: string,
  from: number,
  end: number,
  progress: FileProgress,
): AsyncGenerator<Uint8Array> {
  if (from >= end) return;
  const stream = createReadStream(path, { start: from, end: end - 1, highWaterMark: READ_BYTES });
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    progress.bytesRead += piece.length;
    yield piece;
  }
}
