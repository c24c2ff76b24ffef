import { writeLatin1 } from "../../util/bytes.js";

/** The thread that settles. */
export const MAIN_THREAD = 0;

/** Bytes of one thread's log. Pages that nobody has written take no memory. */
export const LOG_BYTES = 4 << 20;

const WORD = Int32Array.BYTES_PER_ELEMENT;
/** Words before an effect: its place and its length. */
const ENTRY_HEADER = 2;

/**
 * Effects in shared memory: a log for each thread, to which it alone appends, so a thread that ends in the middle of
 * something leaves nothing that others would wait for. Each log begins with a word that says how far it is complete.
 */
export class EffectLogs {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  /** Byte up to which this thread has taken each log. */
  readonly #taken: number[];

  /**
   * @param start byte at which the first log begins
   * @param thread whose log is written
   */
  constructor(
    buffer: SharedArrayBuffer,
    private readonly start: number,
    writers: number,
    private readonly thread: number,
  ) {
    this.#words = new Int32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#taken = Array.from({ length: writers }, (_, writer) => this.#log(writer) + WORD);
  }

  static clear(buffer: SharedArrayBuffer, start: number, writers: number): void {
    const words = new Int32Array(buffer);
    for (let writer = 0; writer < writers; writer++) {
      const log = start + writer * LOG_BYTES;
      words[log / WORD] = log + WORD;
    }
  }

  /**
   * The byte at which an effect now is; undefined if there is no room for it.
   * @param effect latin1
   */
  append(place: number, effect: string): number | undefined {
    const log = this.#log(this.thread);
    const entry = this.#end(this.thread);
    const at = entry + ENTRY_HEADER * WORD;
    const end = at + Math.ceil(effect.length / WORD) * WORD;
    if (end > log + LOG_BYTES) return undefined;
    this.#words[entry / WORD] = place;
    this.#words[entry / WORD + 1] = effect.length;
    writeLatin1(this.#bytes, at, effect);
    Atomics.store(this.#words, log / WORD, end);
    return at;
  }

  /**
   * Effects in others' logs that this thread has not taken yet, as bytes at which nobody writes any more. A place has at
   * most two effects, and the later one, which comes last, is that of the main thread: its log is looked at first, and
   * taken last.
   */
  *news(): Generator<readonly [place: number, effect: Uint8Array]> {
    const mainEnd = this.#end(MAIN_THREAD);
    for (let writer = MAIN_THREAD + 1; writer < this.#taken.length; writer++) {
      if (writer !== this.thread) yield* this.#take(writer, this.#end(writer));
    }
    if (this.thread !== MAIN_THREAD) yield* this.#take(MAIN_THREAD, mainEnd);
  }

  *#take(writer: number, end: number): Generator<readonly [place: number, effect: Uint8Array]> {
    for (let entry = this.#taken[writer] as number; entry < end; ) {
      const place = this.#words[entry / WORD] as number;
      const length = this.#words[entry / WORD + 1] as number;
      const at = entry + ENTRY_HEADER * WORD;
      entry = at + Math.ceil(length / WORD) * WORD;
      this.#taken[writer] = entry;
      yield [place, this.#bytes.subarray(at, at + length)];
    }
  }

  /** Byte up to which a log is complete. */
  #end(writer: number): number {
    return Atomics.load(this.#words, this.#log(writer) / WORD);
  }

  #log(writer: number): number {
    return this.start + writer * LOG_BYTES;
  }
}
