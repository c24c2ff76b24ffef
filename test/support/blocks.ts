import type { Blockstore } from "../../src/blockstore/blocks.js";
import { Blocks } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../src/encoding/cid.js";
import { type Block, MissingBlock } from "../../src/ipld/block-access.js";
import type { Codec } from "../../src/ipld/cbor.js";
import { FakeNativeBlocks } from "./fake-native-blocks.js";

/** Blocks over a store in memory. */
export function memoryBlocks(store: Blockstore = new MemoryBlockstore()): Blocks {
  return new Blocks(new FakeNativeBlocks(), store);
}

/** A store that answers late, and counts. */
export class LateBlockstore implements Blockstore {
  reads = 0;

  constructor(readonly store: MemoryBlockstore) {}

  async get(cid: Cid): Promise<Uint8Array | undefined> {
    this.reads++;
    return this.store.get(cid);
  }

  async putMany(blocks: readonly Block[]): Promise<void> {
    this.store.putMany(blocks);
  }
}

/** Runs a step again each time that a block it needs has arrived. */
export async function untilDone<T>(step: () => T): Promise<T> {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof MissingBlock)) throw error;
      await error.pending;
    }
  }
}

/**
 * Integers as CBOR. A new codec each time, because trees of one codec share their decoded nodes.
 */
export function uintCodec(): Codec<number> {
  return { encode: (value, writer) => writer.u64(value), decode: (reader) => Number(reader.u64()) };
}
