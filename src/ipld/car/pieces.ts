import { joinBytes } from "../../util/bytes.js";

/** Reads a stream of pieces by number of bytes. Whoever makes one closes it. */
export class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array[] = [];
  #length = 0;
  /** Offset of the next byte. */
  offset = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  /** The next bytes, which stay; fewer at the end of the stream. */
  async peek(length: number): Promise<Uint8Array> {
    await this.#fill(length);
    return this.#joined().subarray(0, length);
  }

  /** The next bytes; `undefined` if there are fewer. */
  async take(length: number): Promise<Uint8Array | undefined> {
    await this.#fill(length);
    if (this.#length < length) return undefined;
    const joined = this.#joined();
    this.#drop(joined, length);
    return joined.subarray(0, length);
  }

  /** Pieces of so many bytes together, fewer at the end of the stream. */
  async *upTo(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      await this.#fill(1);
      if (this.#length === 0) return;
      const joined = this.#joined();
      const piece = joined.subarray(0, Math.min(left, joined.length));
      this.#drop(joined, piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Passes over bytes; whether there were so many. */
  async skip(length: number): Promise<boolean> {
    let passed = 0;
    for await (const piece of this.upTo(length)) passed += piece.length;
    return passed === length;
  }

  /** Tells the source that nobody reads on: a file would stay open. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #fill(length: number): Promise<void> {
    while (this.#length < length) {
      const { value, done } = await this.#pieces.next();
      if (done === true) return;
      this.#waiting.push(value);
      this.#length += value.length;
    }
  }

  #joined(): Uint8Array {
    const [first] = this.#waiting;
    const joined = first !== undefined && this.#waiting.length === 1 ? first : joinBytes(this.#waiting);
    this.#waiting = [joined];
    return joined;
  }

  #drop(joined: Uint8Array, length: number): void {
    this.offset += length;
    this.#length -= length;
    this.#waiting = this.#length === 0 ? [] : [joined.subarray(length)];
  }
}
