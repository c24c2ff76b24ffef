import type { Blockstore } from "../../blockstore/blocks.js";
import { type PackedBlocks, unpackedBlocks } from "../../blockstore/packed-blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { UnwrittenBlocks } from "../store/unwritten-blocks.js";

/**
 * Bytes of a write, or some blocks more. Each write copies the pages of the file that it changes, and until it ends they
 * are in the process's memory, with those around them.
 */
const WRITE_BYTES = 1 << 20;

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
    this.#unwritten.add(packed);
    this.#next ??= this.#newBatch();
    const next = this.#next;
    next.packed.push(packed);
    next.bytes += packed.memory.byteLength;
    if (next.bytes >= WRITE_BYTES) this.#beginNext();
    return next.written;
  }

  /** Resolves once all is written that was given by now, however that ends. */
  async flush(): Promise<void> {
    this.#beginNext();
    await this.#writing;
  }

  /** Blocks that come from now on are in another batch. */
  #beginNext(): void {
    this.#next?.begin();
    this.#next = undefined;
  }

  #newBatch(): Batch {
    const before = this.#writing;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const batch: Batch = {
      packed: [],
      bytes: 0,
      begin,
      written: begun.then(() => before).then(() => this.#write(batch)),
    };
    this.#writing = batch.written.catch(() => undefined);
    return batch;
  }

  async #write(batch: Batch): Promise<void> {
    try {
      const blocks = new Map(batch.packed.flatMap(unpackedBlocks).map((block) => [block.cid, block]));
      await this.below.putMany([...blocks.values()]);
      this.onWritten(blocks.size);
    } finally {
      for (const packed of batch.packed) this.#unwritten.settle(packed);
    }
  }
}

/** Blocks that are written together. */
interface Batch {
  readonly packed: PackedBlocks[];
  bytes: number;
  begin(): void;
  readonly written: Promise<void>;
}
