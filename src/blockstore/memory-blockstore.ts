import type { Cid } from "../encoding/cid.js";
import type { Block } from "../ipld/block-access.js";
import { readCar } from "../ipld/car/car.js";
import { is } from "../util/check.js";
import { checkOption } from "../util/options.js";
import type { Blockstore } from "./blocks.js";

const isIterable = is(
  (value) => typeof value === "object" && value !== null && Symbol.iterator in value,
  "an iterable of blocks",
);

/** Blocks in memory. */
export class MemoryBlockstore implements Blockstore {
  /** Roots of the CAR that it was made from; otherwise there are none. */
  readonly roots: readonly Cid[];
  readonly #blocks = new Map<Cid, Uint8Array>();

  /** @param blocks kept as they are, without a copy */
  constructor(blocks: Iterable<Block> = [], roots: readonly Cid[] = []) {
    this.putMany(blocks);
    this.roots = roots;
  }

  /** Blocks and roots of a CAR, which must not be changed afterwards. Throws `FvmError` INVALID_CAR. */
  static fromCar(bytes: Uint8Array): MemoryBlockstore {
    const { roots, blocks } = readCar(bytes);
    return new MemoryBlockstore(blocks, roots);
  }

  /** The bytes that were put; they must not be changed. */
  get(cid: Cid): Uint8Array | undefined {
    return this.#blocks.get(cid);
  }

  /** Whether it has the block. */
  has(cid: Cid): boolean {
    return this.#blocks.has(cid);
  }

  /** Keeps blocks as they are, without a copy. Throws `FvmError` INVALID_OPTION. */
  putMany(blocks: Iterable<Block>): void {
    checkOption("blocks", blocks, isIterable);
    for (const { cid, data } of blocks) this.#blocks.set(cid, data);
  }

  /** Number of blocks. */
  get size(): number {
    return this.#blocks.size;
  }

  /** All blocks, in the order in which they were first put. */
  *[Symbol.iterator](): Generator<Block> {
    for (const [cid, data] of this.#blocks) yield { cid, data };
  }
}
