import type { Blockstore } from "../../blockstore/blocks.js";
import { packBlocks } from "../../blockstore/packed-blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import type { ServiceThread } from "../../threads/service-thread.js";
import { UnwrittenBlocks } from "../store/unwritten-blocks.js";
import type { CheckingTask } from "./checking-protocol.js";

/** Bytes that may be on their way to the disk: who adds more has to wait. */
const MOST_UNWRITTEN = 16 << 20;

/** A folder's blocks, which another thread writes: they are read at once, and on disk once `written` says so. */
export class ThreadWrittenStore implements Blockstore {
  readonly #unwritten = new UnwrittenBlocks();
  readonly #writes = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly below: Blockstore,
    private readonly thread: Pick<ServiceThread<CheckingTask, unknown>, "ask">,
  ) {}

  get(cid: Cid): ReturnType<Blockstore["get"]> {
    return this.#unwritten.get(cid)?.slice() ?? this.below.get(cid);
  }

  /** Throws what an earlier write has failed with. */
  putMany(blocks: readonly Block[]): void | Promise<void> {
    if (blocks.length > 0) this.#begin(blocks);
    return this.#unwritten.bytes > MOST_UNWRITTEN || this.#failure !== undefined ? this.#room() : undefined;
  }

  /** Resolves once all that was put by now is on disk. Throws what a write has failed with. */
  async written(): Promise<void> {
    // Blocks that are put meanwhile may wait for others, which do not come before this has ended.
    const writes = [...this.#writes];
    if (writes.length > 0) await this.thread.ask({ kind: "flush" });
    await Promise.all(writes);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #begin(blocks: readonly Block[]): void {
    const packed = packBlocks(blocks);
    this.#unwritten.add(packed);
    const write: Promise<void> = this.#write(packed).finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  /** Blocks that could not be written stay readable, for those who explain what went wrong. */
  async #write(blocks: ReturnType<typeof packBlocks>): Promise<void> {
    try {
      await this.thread.ask({ kind: "store", blocks });
      this.#unwritten.settle(blocks);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #room(): Promise<void> {
    while (this.#unwritten.bytes > MOST_UNWRITTEN && this.#failure === undefined)
      await Promise.race(this.#writes);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
