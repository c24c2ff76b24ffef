import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { invalidCar } from "../../ipld/car/error.js";
import { HEADER_BYTES, PRAGMA, readLayout } from "../../ipld/car/version2.js";
import { isZstd } from "../../ipld/car/zstd.js";
import { bytesEqual } from "../../util/bytes.js";
import { isText } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { Blockstore } from "../blocks.js";
import { MemoryBlockstore } from "../memory-blockstore.js";
import type { BlockIndex } from "./block-index.js";
import { FileBytes } from "./file-bytes.js";
import { ForestIndex } from "./forest-index.js";
import { ScannedIndex } from "./scanned-index.js";
import { SortedIndex } from "./sorted-index.js";

/**
 * The blocks of a CAR file, which stay in the file. What is put stays in memory, and never gets into the file.
 *
 * Blocks are found through the file's own index, if it has one: CARs of version 2, and compressed ones as Forest
 * writes them. Else memory holds their places.
 */
export class CarBlockstore implements Blockstore, Disposable {
  readonly #file: FileBytes;
  readonly #index: BlockIndex;
  readonly #written = new MemoryBlockstore();
  #isClosed = false;

  private constructor(file: FileBytes, index: BlockIndex) {
    this.#file = file;
    this.#index = index;
  }

  /**
   * Opens a CAR of version 1 or 2, or a compressed one with Forest's index. One without an index is read once.
   *
   * Throws `FvmError` INVALID_CAR, also for a compressed one without an index, in which blocks cannot be found: import
   * it. Throws the file system's errors.
   */
  static async open(path: string): Promise<CarBlockstore> {
    checkOption("path", path, isText);
    const file = new FileBytes(path);
    try {
      return new CarBlockstore(file, await indexOf(file));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Roots of the CAR. */
  get roots(): readonly Cid[] {
    return this.#index.roots;
  }

  /** Throws `FvmError` STORE_CLOSED, INVALID_CAR, and the file system's errors. */
  get(cid: Cid): Uint8Array | undefined {
    this.#checkOpen("get");
    return this.#written.get(cid) ?? this.#index.find(cid);
  }

  /** Keeps the blocks in memory. Throws `FvmError` STORE_CLOSED. */
  putMany(blocks: readonly Block[]): void {
    this.#checkOpen("putMany");
    this.#written.putMany(blocks);
  }

  /** Closes the file. Twice is once. */
  close(): void {
    this.#isClosed = true;
    this.#file.close();
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #checkOpen(operation: string): void {
    if (this.#isClosed) throw new FvmError("STORE_CLOSED", { operation, store: this.#file.path });
  }
}

async function indexOf(file: FileBytes): Promise<BlockIndex> {
  const start = file.upTo(0, PRAGMA.length);
  if (isZstd(start)) {
    const index = ForestIndex.of(file);
    if (index !== undefined) return index;
    throw invalidCar(0, "compressed and without an index: import it into a store, or decompress it");
  }
  if (bytesEqual(start, PRAGMA)) {
    const layout = readLayout(file.read(PRAGMA.length, HEADER_BYTES));
    const index = SortedIndex.of(file, layout);
    if (index !== undefined) return index;
  }
  return ScannedIndex.of(file);
}
