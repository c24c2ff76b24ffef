/**
 * Zstandard's frames (RFC 8878). They are walked block by block here, so that none is longer than it may be and each
 * ends where it should; what is in a block, and the checksum at the end, is the addon's.
 */
import { HostFault } from "../../errors.js";
import { native } from "../../native/index.js";
import { joinBytes, NO_BYTES } from "../../util/bytes.js";
import { invalidCar } from "./error.js";
import type { PieceReader } from "./pieces.js";

const FRAME_MAGIC = 0xfd2fb528;
/** The last four bits are anybody's. */
const SKIPPABLE_MAGIC = 0x184d2a50;
/** Memory that a frame may ask for: what the reference's decoder grants unless it is told otherwise. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;
const MAX_BLOCK_BYTES = 128 * 1024;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const BLOCK_TYPE = { rle: 1, reserved: 3 };

/** Whether bytes begin as Zstandard's frames do, also skippable ones. */
export function isZstd(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = u32(bytes, 0);
  return magic === FRAME_MAGIC || isSkippable(magic);
}

/** Demand of the work on frames, so many bytes, or its result. */
export type ZstdStep = { readonly need: number } | { readonly out: Uint8Array };

/** Work on frames: it is given the bytes that it needs. */
export type ZstdWork = Generator<ZstdStep, void, Uint8Array>;

/**
 * The frames of a stream, decompressed; closes it at the end. Throws `FvmError` INVALID_CAR.
 *
 * @param onFrame called with the offset of each frame, when all before it has been taken
 */
export async function* unzstd(
  reader: PieceReader,
  onFrame: (offset: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  try {
    while ((await reader.peek(1)).length > 0) {
      const { offset } = reader;
      onFrame(offset);
      const work = frame(offset);
      for (let step = work.next(NO_BYTES); step.done !== true; ) {
        const { value } = step;
        if ("out" in value) {
          yield value.out;
          step = work.next(NO_BYTES);
        } else {
          const bytes = await reader.take(value.need);
          if (bytes === undefined) throw invalidCar(offset, "zstd frame cut off");
          step = work.next(bytes);
        }
      }
    }
  } finally {
    await reader.close();
  }
}

/**
 * One frame, from its magic number on. A skippable one has nothing in it.
 *
 * @param offset of the frame, for errors
 */
export function* frame(offset: number): ZstdWork {
  const magic = yield { need: 4 };
  const number = u32(magic, 0);
  if (isSkippable(number)) {
    yield* skipped(u32(yield { need: 4 }, 0));
    return;
  }
  if (number !== FRAME_MAGIC) throw invalidCar(offset, "bytes that are no zstd frame");
  const decoder = native.unzstd();
  const header = yield* frameHeader(offset);
  let waiting: Uint8Array[] = [magic, header.bytes];
  for (let isLast = false; !isLast; ) {
    const start = yield { need: BLOCK_HEADER_BYTES };
    const block = blockHeader(start, offset);
    isLast = block.isLast;
    const end = isLast && header.hasChecksum ? CHECKSUM_BYTES : 0;
    const rest = block.length + end;
    waiting.push(start, rest === 0 ? NO_BYTES : yield { need: rest });
    const out = decoder.push(joinBytes(waiting));
    if (out === undefined) throw invalidCar(offset, "damaged zstd frame");
    waiting = [];
    if (out.length > 0) yield { out };
  }
  if (!decoder.isOver) throw invalidCar(offset, "damaged zstd frame");
}

/** Frames of about so many bytes: whoever goes on reading begins at one. */
const NEW_FRAME_BYTES = 16 * 1024 * 1024;

/** Pieces compressed, on another thread while the next one is made. A frame ends where a piece does. */
export async function* zstdFrames(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = native.zstd();
  let length = 0;
  let running = Promise.resolve<Uint8Array | undefined>(NO_BYTES);
  for await (const piece of pieces) {
    yield made(await running);
    length += piece.length;
    const isLast = length >= NEW_FRAME_BYTES;
    if (isLast) length = 0;
    running = encoder.push(piece, isLast);
  }
  yield made(await running);
  if (length > 0) yield made(await encoder.push(NO_BYTES, true));
}

function made(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes !== undefined) return bytes;
  throw new HostFault("NATIVE_FAILED", { text: "no memory to compress" });
}

function* skipped(length: number): ZstdWork {
  for (let left = length; left > 0; left -= MAX_BLOCK_BYTES) yield { need: Math.min(left, MAX_BLOCK_BYTES) };
}

interface FrameHeader {
  readonly bytes: Uint8Array;
  readonly hasChecksum: boolean;
}

function* frameHeader(offset: number): Generator<ZstdStep, FrameHeader, Uint8Array> {
  const start = yield { need: 1 };
  const flags = start[0] ?? 0;
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[(flags & 3) as 0 | 1 | 2 | 3];
  const sizeFlag = (flags >> 6) as 0 | 1 | 2 | 3;
  const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag];
  const windowBytes = isSingleSegment ? 0 : 1;
  const length = windowBytes + dictionaryBytes + sizeBytes;
  const rest = length === 0 ? NO_BYTES : yield { need: length };
  if ((flags & 0x08) !== 0) throw invalidCar(offset, "damaged zstd frame");
  if (littleEndian(rest, windowBytes, dictionaryBytes) !== 0) {
    throw invalidCar(offset, "zstd frame that needs a dictionary");
  }
  const contentSize = littleEndian(rest, windowBytes + dictionaryBytes, sizeBytes);
  const window = isSingleSegment ? contentSize : windowSize(rest[0] ?? 0);
  if (window > MAX_WINDOW_BYTES) throw invalidCar(offset, `zstd frame with a window of ${window} bytes`);
  const bytes = new Uint8Array(1 + length);
  bytes.set(start);
  bytes.set(rest, 1);
  return { bytes, hasChecksum: (flags & 0x04) !== 0 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function blockHeader(bytes: Uint8Array, offset: number): { isLast: boolean; length: number } {
  const header = littleEndian(bytes, 0, BLOCK_HEADER_BYTES);
  const type = (header >> 1) & 3;
  const size = header >> 3;
  if (type === BLOCK_TYPE.reserved || size > MAX_BLOCK_BYTES) throw invalidCar(offset, "damaged zstd frame");
  return { isLast: (header & 1) === 1, length: type === BLOCK_TYPE.rle ? 1 : size };
}

function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
}

function u32(bytes: Uint8Array, at: number): number {
  return littleEndian(bytes, at, 4);
}

/** Inexact above 2^53, which is beyond all limits. */
function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
