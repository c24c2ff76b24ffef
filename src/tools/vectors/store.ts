import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { readCar } from "../../ipld/car/car.js";

/** Blocks by CID. */
export type BlockMap = ReadonlyMap<Cid, Uint8Array>;

/** A vector's own blocks over those of bundles, and over both what machines flush. */
export class VectorStore implements Blockstore {
  readonly own: BlockMap;
  readonly #written = new Map<Cid, Uint8Array>();

  /** Throws `FvmError` INVALID_CAR. */
  constructor(
    car: Uint8Array,
    readonly below: BlockMap,
  ) {
    this.own = blocksOf(car);
  }

  get(cid: Cid): Uint8Array | undefined {
    return this.#written.get(cid) ?? this.own.get(cid) ?? this.below.get(cid);
  }

  putMany(blocks: readonly Block[]): void {
    for (const { cid, data } of blocks) this.#written.set(cid, data);
  }

  /** Forgets what machines wrote, so that the next one finds the same blocks as the first. */
  rewind(): void {
    this.#written.clear();
  }
}

/** The blocks of a CAR. Throws `FvmError` INVALID_CAR. */
export function blocksOf(car: Uint8Array): BlockMap {
  return new Map(readCar(car).blocks.map(({ cid, data }) => [cid, data]));
}
