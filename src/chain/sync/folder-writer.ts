import type { Blockstore } from "../../blockstore/blocks.js";
import type { PackedBlocks } from "../../blockstore/packed-blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { UnwrittenBlocks } from "../store/unwritten-blocks.js";

/** Bytes that are worth a write of their own: each copies the pages of the file that it changes. */
const LEAST_BYTES = 1 << 20;

/** A store that writes what is given to it in batches, one after the other. */
export class FolderWriter implements Blockstore {
  readonly #unwritten = new UnwrittenBlocks();
  #next: Batch | undefined;
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

  /** Resolves once the blocks are stored: when there are enough of them, or after `flush`. They can be read at once. */
  store(packed: PackedBlocks): Promise<void> {
    const blocks = this.#unwritten.add(packed);
    this.#next ??= this.#newBatch();
    const next = this.#next;
    next.packed.push(packed);
    next.bytes += packed.memory.byteLength;
    for (const { cid, data } of blocks) next.blocks.set(cid, data);
    if (next.bytes >= LEAST_BYTES) next.begin();
    return next.written;
  }

  /** Resolves once all is written that was given by now, however that ends. */
  async flush(): Promise<void> {
    this.#next?.begin();
    await this.#writing;
  }

  #newBatch(): Batch {
    const before = this.#writing;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const batch: Batch = {
      packed: [],
      blocks: new Map(),
      bytes: 0,
      begin,
      written: begun.then(() => before).then(() => this.#write(batch)),
    };
    this.#writing = batch.written.catch(() => undefined);
    return batch;
  }

  /** Blocks that come from now on are in the next batch. */
  async #write(batch: Batch): Promise<void> {
    this.#next = undefined;
    try {
      await this.below.putMany(Array.from(batch.blocks, ([cid, data]) => ({ cid, data })));
      this.onWritten(batch.blocks.size);
    } finally {
      for (const packed of batch.packed) this.#unwritten.settle(packed);
    }
  }
}

/** Blocks that are written together. */
interface Batch {
  readonly packed: PackedBlocks[];
  readonly blocks: Map<Cid, Uint8Array>;
  bytes: number;
  begin(): void;
  readonly written: Promise<void>;
}
