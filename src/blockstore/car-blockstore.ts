import { closeSync, openSync, readSync } from "node:fs";
import type { Cid } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import type { Block } from "../ipld/block-access.js";
import { openCar } from "../ipld/car.js";
import { isText } from "../util/check.js";
import { checkOption } from "../util/options.js";
import type { Blockstore } from "./blocks.js";
import { MemoryBlockstore } from "./memory-blockstore.js";

interface Span {
  readonly offset: number;
  readonly length: number;
}

/**
 * The blocks of a CAR file, which stay in the file: memory holds their places. What is put stays in
 * memory, and never gets into the file.
 */
export class CarBlockstore implements Blockstore, Disposable {
  /** Roots of the CAR. */
  readonly roots: readonly Cid[];
  readonly #path: string;
  readonly #file: number;
  readonly #spans: ReadonlyMap<Cid, Span>;
  readonly #written = new MemoryBlockstore();
  #isClosed = false;

  private constructor(path: string, roots: readonly Cid[], spans: ReadonlyMap<Cid, Span>) {
    this.#path = path;
    this.roots = roots;
    this.#spans = spans;
    this.#file = openSync(path, "r");
  }

  /** Reads the file once. Throws `FvmError` INVALID_CAR, and the file system's errors. */
  static async open(path: string): Promise<CarBlockstore> {
    checkOption("path", path, isText);
    const { roots, blocks } = await openCar(path);
    const spans = new Map<Cid, Span>();
    for await (const { cid, offset, data } of blocks) spans.set(cid, { offset, length: data.length });
    return new CarBlockstore(path, roots, spans);
  }

  /** Throws `FvmError` STORE_CLOSED, INVALID_CAR, and the file system's errors. */
  get(cid: Cid): Uint8Array | undefined {
    this.#checkOpen("get");
    const span = this.#spans.get(cid);
    return span === undefined ? this.#written.get(cid) : this.#read(span);
  }

  /** Keeps the blocks in memory. Throws `FvmError` STORE_CLOSED. */
  putMany(blocks: readonly Block[]): void {
    this.#checkOpen("putMany");
    this.#written.putMany(blocks.filter(({ cid }) => !this.#spans.has(cid)));
  }

  /** Closes the file. Twice is once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file);
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** The system gives the number of a closed file to the next one. */
  #checkOpen(operation: string): void {
    if (this.#isClosed) throw new FvmError("STORE_CLOSED", { operation, store: this.#path });
  }

  #read({ offset, length }: Span): Uint8Array {
    const data = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#file, data, done, length - done, offset + done);
      if (count === 0) {
        throw new FvmError("INVALID_CAR", { offset, reason: `${this.#path} became shorter` });
      }
      done += count;
    }
    return data;
  }
}
