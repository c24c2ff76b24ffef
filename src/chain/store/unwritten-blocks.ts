import { type PackedBlocks, packedBlock } from "../../blockstore/packed-blocks.js";
import type { Cid } from "../../encoding/cid.js";

/** Blocks that are on their way to the disk, with those who read them in the meantime. */
export class UnwrittenBlocks {
  /** Where each block is. Few are read: their bytes are looked up then. */
  readonly #batches = new Map<Cid, PackedBlocks>();
  #bytes = 0;

  /** Bytes of all batches. */
  get bytes(): number {
    return this.#bytes;
  }

  get(cid: Cid): Uint8Array | undefined {
    const batch = this.#batches.size === 0 ? undefined : this.#batches.get(cid);
    return batch && packedBlock(batch, cid);
  }

  add(batch: PackedBlocks): void {
    for (const cid of batch.cids) this.#batches.set(cid, batch);
    this.#bytes += batch.memory.byteLength;
  }

  /** Forgets a batch; blocks that a later one has, too, stay. */
  settle(batch: PackedBlocks): void {
    for (const cid of batch.cids) if (this.#batches.get(cid) === batch) this.#batches.delete(cid);
    this.#bytes -= batch.memory.byteLength;
  }
}
