import type { Cid } from "../../encoding/cid.js";
import { invalidCar } from "../../ipld/car/error.js";
import { openCar } from "../../ipld/car/stream.js";
import type { BlockIndex } from "./block-index.js";
import type { FileBytes } from "./file-bytes.js";

/** A JavaScript map has no room for more than 2^24. */
const MAX_BLOCKS = 16_000_000;

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Places of all blocks, in memory. */
export class ScannedIndex implements BlockIndex {
  readonly roots: readonly Cid[];
  readonly #file: FileBytes;
  readonly #spans: ReadonlyMap<Cid, Span>;

  private constructor(file: FileBytes, roots: readonly Cid[], spans: ReadonlyMap<Cid, Span>) {
    this.#file = file;
    this.roots = roots;
    this.#spans = spans;
  }

  /** Reads the file once. */
  static async of(file: FileBytes): Promise<ScannedIndex> {
    const { roots, blocks } = await openCar(file.path);
    const spans = new Map<Cid, Span>();
    for await (const { cid, offset, data } of blocks) {
      spans.set(cid, { offset, length: data.length });
      if (spans.size > MAX_BLOCKS)
        throw invalidCar(offset, `more than ${MAX_BLOCKS} blocks and no index: import it into a store`);
    }
    return new ScannedIndex(file, roots, spans);
  }

  find(cid: Cid): Uint8Array | undefined {
    const span = this.#spans.get(cid);
    return span && this.#file.read(span.offset, span.length);
  }
}
