import type { Blockstore, BlockstoreOptions } from "../../src/blockstore/blocks.js";
import type { Cid } from "../../src/encoding/cid.js";
import type { Block } from "../../src/ipld/block-access.js";

/** A turn of the event loop. */
export const turn = () => new Promise(setImmediate);

/**
 * Answers one turn of the event loop later, into one buffer for all blocks. Notes what it is asked, and keeps what it is given
 * to itself.
 */
export class LateStore implements Blockstore {
  readonly asked: Cid[] = [];
  /** Signals of the questions that wait for an answer. */
  readonly open = new Set<AbortSignal | undefined>();
  readonly stored: Block[] = [];
  /** Questions that wait for an answer, and the most there ever were. */
  #waiting = 0;
  mostWaiting = 0;
  /** Fails those blocks. */
  failing: ReadonlySet<Cid> | undefined;
  #buffer = new Uint8Array(1 << 20);

  /** @param blocks answers at once */
  constructor(private readonly blocks: { get(cid: Cid): Uint8Array | undefined }) {}

  async get(cid: Cid, { signal }: BlockstoreOptions = {}): Promise<Uint8Array | undefined> {
    this.asked.push(cid);
    this.mostWaiting = Math.max(this.mostWaiting, ++this.#waiting);
    this.open.add(signal);
    await turn();
    this.open.delete(signal);
    this.#waiting--;
    if (this.failing?.has(cid)) throw new Error("disk on fire");
    const data = this.blocks.get(cid);
    if (data === undefined) return undefined;
    this.#buffer.set(data);
    return this.#buffer.subarray(0, data.length);
  }

  putMany(blocks: readonly Block[]): void {
    this.stored.push(...blocks);
  }
}
