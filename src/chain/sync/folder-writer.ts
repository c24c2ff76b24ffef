import type { Blockstore } from "../../blockstore/blocks.js";
import type { PackedBlocks } from "../../blockstore/packed-blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { UnwrittenBlocks } from "../store/unwritten-blocks.js";

/** A store whose writes follow each other: what is given to it while one is made is in the next one, all together. */
export class FolderWriter implements Blockstore {
  readonly #unwritten = new UnwrittenBlocks();
  #next: Batches | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param onWritten called with the number of blocks of each write */
  constructor(
    private readonly below: Blockstore,
    private readonly onWritten: (blocks: number) => void,
  ) {}

  get(cid: Cid): ReturnType<Blockstore["get"]> {
    return this.#unwritten.get(cid) ?? this.below.get(cid);
  }

  putMany(blocks: readonly Block[]): void | Promise<void> {
    return this.below.putMany(blocks);
  }

  /** Resolves once the blocks are stored. They can be read at once. */
  store(packed: PackedBlocks): Promise<void> {
    const blocks = this.#unwritten.add(packed);
    if (this.#next === undefined) {
      const next: Batches = {
        packed: [],
        blocks: new Map(),
        written: this.#writing.then(() => this.#write(next)),
      };
      this.#next = next;
      this.#writing = next.written.catch(() => undefined);
    }
    this.#next.packed.push(packed);
    for (const { cid, data } of blocks) this.#next.blocks.set(cid, data);
    return this.#next.written;
  }

  /** Waits for what is on its way, however it ends. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #write(batches: Batches): Promise<void> {
    this.#next = undefined;
    try {
      await this.below.putMany(Array.from(batches.blocks, ([cid, data]) => ({ cid, data })));
      this.onWritten(batches.blocks.size);
    } finally {
      for (const packed of batches.packed) this.#unwritten.settle(packed);
    }
  }
}

/** What is written together. */
interface Batches {
  readonly packed: PackedBlocks[];
  readonly blocks: Map<Cid, Uint8Array>;
  readonly written: Promise<void>;
}
