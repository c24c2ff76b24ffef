import type { Blockstore } from "#src/blockstore/blocks.js";
import type { Cid } from "#src/encoding/cid.js";
import type { Block } from "#src/ipld/block-access.js";

/** Answers after some milliseconds, to any number of questions at the same time. */
export class DistantStore implements Blockstore {
  asked = 0;

  constructor(
    private readonly store: Blockstore,
    private readonly latency: number,
  ) {}

  get(cid: Cid): Promise<Uint8Array | undefined | null> {
    this.asked++;
    return new Promise((resolve) => setTimeout(() => resolve(this.store.get(cid)), this.latency));
  }

  putMany(blocks: readonly Block[]): void | Promise<void> {
    return this.store.putMany(blocks);
  }
}
