import { invalidCar } from "../../ipld/car/error.js";
import { joinBytes } from "../../util/bytes.js";
import type { FileBytes } from "./file-bytes.js";

const MAGIC = 0x184d2a50;
const HEADER_BYTES = 8;
/** Forest begins a new one after 512 MiB. */
const MAX_FRAMES = 100_000;

interface Span {
  /** Offset of the content in the file. */
  readonly offset: number;
  readonly length: number;
  /** Offset of the content in that of all frames. */
  readonly start: number;
}

/** The content of skippable frames, one after the other, as if it were in one piece. */
export class IndexFrames {
  readonly #file: FileBytes;
  readonly #spans: Span[] = [];

  /** Throws `FvmError` INVALID_CAR. */
  constructor(
    file: FileBytes,
    readonly start: number,
    end: number,
  ) {
    this.#file = file;
    if (!(start >= 0 && start < end)) throw invalidCar(end, `index at offset ${start}`);
    let length = 0;
    for (let at = start; at < end; ) {
      const span = this.#spanAt(at, length);
      at = span.offset + span.length;
      if (at > end || this.#spans.length === MAX_FRAMES) throw invalidCar(span.offset, "damaged index");
      this.#spans.push(span);
      length += span.length;
    }
  }

  /** These bytes. Throws `FvmError` INVALID_CAR if there are fewer. */
  read(offset: number, length: number): Buffer {
    const bytes = this.upTo(offset, length);
    if (bytes.length < length) throw invalidCar(this.start, "index cut off");
    return bytes;
  }

  /** As many of these bytes as there are. */
  upTo(offset: number, length: number): Buffer {
    const parts: Uint8Array[] = [];
    let [at, left] = [offset, length];
    for (const span of this.#spans) {
      const within = at - span.start;
      if (left === 0) break;
      if (within < 0 || within >= span.length) continue;
      const part = this.#file.read(span.offset + within, Math.min(left, span.length - within));
      parts.push(part);
      at += part.length;
      left -= part.length;
    }
    const { buffer, byteOffset, byteLength } = joinBytes(parts);
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  #spanAt(at: number, start: number): Span {
    const header = Buffer.from(this.#file.read(at, HEADER_BYTES).buffer);
    if (header.readUInt32LE(0) !== MAGIC) throw invalidCar(at, "damaged index");
    return { offset: at + HEADER_BYTES, length: header.readUInt32LE(4), start };
  }
}
