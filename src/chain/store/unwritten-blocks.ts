import { type PackedBlocks, unpackedBlocks } from "../../blockstore/packed-blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";

/** Blocks that are on their way to the disk, with those who read them in the meantime. */
export class UnwrittenBlocks {
  readonly #blocks = new Map<Cid, { readonly data: Uint8Array; readonly batch: PackedBlocks }>();
  #bytes = 0;

  /** Bytes of all batches. */
  get bytes(): number {
    return this.#bytes;
  }

  get(cid: Cid): Uint8Array | undefined {
    return this.#blocks.size === 0 ? undefined : this.#blocks.get(cid)?.data;
  }

  add(batch: PackedBlocks): readonly Block[] {
    const blocks = unpackedBlocks(batch);
    for (const { cid, data } of blocks) this.#blocks.set(cid, { data, batch });
    this.#bytes += batch.memory.byteLength;
    return blocks;
  }

  /** Forgets a batch; blocks that a later one has, too, stay. */
  settle(batch: PackedBlocks): void {
    for (const cid of batch.cids) if (this.#blocks.get(cid)?.batch === batch) this.#blocks.delete(cid);
    this.#bytes -= batch.memory.byteLength;
  }
}
