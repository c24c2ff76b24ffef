/**
 * Compressed CARs as Forest writes them: many small frames of Zstandard, and an index from CIDs to frames in skippable
 * ones. Source: Forest src/db/car/forest.rs, src/db/car/forest/index.
 */
import { type Cid, cidParts } from "../../encoding/cid.js";
import type { Cursor } from "../../encoding/varint.js";
import { invalidCar } from "../../ipld/car/error.js";
import { blockOf, CarParser, sectionLength } from "../../ipld/car/parser.js";
import { frame } from "../../ipld/car/zstd.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { bytesEqual, joinBytes, NO_BYTES } from "../../util/bytes.js";
import type { BlockIndex } from "./block-index.js";
import type { FileBytes } from "./file-bytes.js";
import { IndexFrames } from "./index-frames.js";

/** The last frame: magic number and length of a skippable frame, and the offset of the index. */
const FOOTER_BYTES = 16;
const FOOTER_START = Buffer.from("502a4d1808000000", "hex");
/** Behind its skippable frame's header is where the footer says that the index is. */
const SKIPPABLE_HEADER_BYTES = 8;
const VERSION = 0xdeadbeefn + 1n;
/** Version, longest distance, collisions, buckets. */
const HEADER_BYTES = 32;
const AT = { version: 0, longestDistance: 8, buckets: 24 };
const SLOT_BYTES = 16;
const SLOTS_PER_READ = 8;
const EMPTY = 0xffff_ffff_ffff_ffffn;
/** Frames in which a block may be, because hashes of 64 bits are the same. Two would be remarkable. */
const MAX_CANDIDATES = 16;
/** A frame has some blocks, of which none is longer than a section may be. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;
/** Frames are kept decompressed, those that are not longer than this. */
const MAX_KEPT_BYTES = 1024 * 1024;
const KEPT_FRAMES = 64;
/** A frame is about 8 KiB. */
const READ_BYTES = 16 * 1024;

/** Blocks of a frame. */
type FrameBlocks = ReadonlyMap<Cid, Uint8Array>;

/** Finds blocks without decompressing more than their frames. */
export class ForestIndex implements BlockIndex {
  readonly roots: readonly Cid[];
  readonly #file: FileBytes;
  readonly #slots: IndexFrames;
  readonly #buckets: bigint;
  readonly #longestDistance: number;
  readonly #kept = new BoundedMap<number, FrameBlocks>(KEPT_FRAMES);

  private constructor(file: FileBytes, slots: IndexFrames) {
    this.#file = file;
    this.#slots = slots;
    const header = slots.read(0, HEADER_BYTES);
    const version = header.readBigUInt64LE(AT.version);
    if (version !== VERSION) throw invalidCar(slots.start, "an index of another version");
    this.#buckets = header.readBigUInt64LE(AT.buckets);
    this.#longestDistance = Number(header.readBigUInt64LE(AT.longestDistance));
    const parser = new CarParser();
    parser.push(decompressed(file, 0));
    parser.end();
    this.roots = parser.roots ?? [];
  }

  /** `undefined` if the file does not end as Forest's do. Throws `FvmError` INVALID_CAR. */
  static of(file: FileBytes): ForestIndex | undefined {
    const end = file.size - FOOTER_BYTES;
    const footer = file.upTo(end, FOOTER_BYTES);
    const isForest =
      footer.length === FOOTER_BYTES && bytesEqual(footer.subarray(0, FOOTER_START.length), FOOTER_START);
    if (!isForest) return undefined;
    const offset = Buffer.from(footer.buffer).readBigUInt64LE(FOOTER_START.length);
    return new ForestIndex(file, new IndexFrames(file, Number(offset) - SKIPPABLE_HEADER_BYTES, end));
  }

  find(cid: Cid): Uint8Array | undefined {
    for (const offset of this.#candidates(hashOf(cid))) {
      const found = this.#blocksOf(offset).get(cid);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Offsets of frames in which a block with this hash may be. */
  #candidates(hash: bigint): number[] {
    const found: number[] = [];
    if (this.#buckets === 0n) return found;
    const ideal = Number((hash * this.#buckets) >> 64n);
    for (let i = 0; ; i += SLOTS_PER_READ) {
      const slots = this.#slots.upTo(HEADER_BYTES + (ideal + i) * SLOT_BYTES, SLOTS_PER_READ * SLOT_BYTES);
      for (let at = 0; at < slots.length; at += SLOT_BYTES) {
        const slotHash = slots.readBigUInt64LE(at);
        const isFurther = i + at / SLOT_BYTES > this.#longestDistance && slotHash !== hash;
        // Sorted by hash, so that none follows a larger one.
        if (slotHash === EMPTY || slotHash > hash || isFurther) return found;
        if (slotHash !== hash) continue;
        found.push(Number(slots.readBigUInt64LE(at + 8)));
        if (found.length > MAX_CANDIDATES)
          throw invalidCar(this.#slots.start, "an index with too many equal hashes");
      }
      if (slots.length < SLOTS_PER_READ * SLOT_BYTES) return found;
    }
  }

  #blocksOf(offset: number): FrameBlocks {
    const kept = this.#kept.get(offset);
    if (kept !== undefined) return kept;
    const data = decompressed(this.#file, offset);
    const blocks = blocksIn(data, offset);
    if (data.length <= MAX_KEPT_BYTES) this.#kept.set(offset, blocks);
    return blocks;
  }
}

/** The number by which Forest's index knows a CID. */
function hashOf(cid: Cid): bigint {
  const { codec, hashCode, digest } = cidParts(cid);
  const words = Buffer.from(digest.buffer, digest.byteOffset, digest.length);
  let hash = BigInt(codec) ^ BigInt(hashCode);
  for (let at = 0; at + 8 <= words.length; at += 8) hash ^= words.readBigUInt64LE(at);
  // The largest number is an empty slot.
  return hash === 0n ? 0n : hash - 1n;
}

/** Throws `FvmError` INVALID_CAR. @param offset of the frame, for errors */
function blocksIn(data: Uint8Array, offset: number): FrameBlocks {
  const blocks = new Map<Cid, Uint8Array>();
  const cursor: Cursor = { data, offset: 0 };
  while (cursor.offset < data.length) {
    const length = sectionLength(cursor, offset);
    const end = cursor.offset + (length ?? 0);
    if (length === undefined || end > data.length) throw invalidCar(offset, "block cut off in its frame");
    const { cid, data: content } = blockOf(data.subarray(cursor.offset, end), offset + end);
    blocks.set(cid, content);
    cursor.offset = end;
  }
  return blocks;
}

/** A frame's content. Throws `FvmError` INVALID_CAR. */
function decompressed(file: FileBytes, offset: number): Uint8Array {
  if (!(offset < file.size)) throw invalidCar(file.size, `the index leads to offset ${offset}`);
  const parts: Uint8Array[] = [];
  let length = 0;
  let read: Uint8Array = NO_BYTES;
  let at = offset;
  const next = (need: number): Uint8Array => {
    if (read.length < need) read = file.upTo(at, Math.max(need, READ_BYTES));
    if (read.length < need) throw invalidCar(offset, "zstd frame cut off");
    const bytes = read.subarray(0, need);
    read = read.subarray(need);
    at += need;
    return bytes;
  };
  const work = frame(offset);
  for (let step = work.next(NO_BYTES); step.done !== true; ) {
    const { value } = step;
    if ("need" in value) {
      step = work.next(next(value.need));
      continue;
    }
    parts.push(value.out);
    length += value.out.length;
    if (length > MAX_FRAME_BYTES)
      throw invalidCar(offset, `zstd frame of more than ${MAX_FRAME_BYTES} bytes`);
    step = work.next(NO_BYTES);
  }
  return joinBytes(parts);
}
