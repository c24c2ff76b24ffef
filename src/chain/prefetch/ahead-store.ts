import type { Blockstore, BlockstoreOptions } from "../../blockstore/blocks.js";
import type { Flights, Found } from "../../blockstore/flights.js";
import type { Cid } from "../../encoding/cid.js";
import { throwIfAborted } from "../../util/abort.js";

/** Bounds of what is fetched ahead. */
export interface AheadBounds {
  /** Blocks at the same time. */
  readonly concurrency: number;
  /** Blocks of an epoch. */
  readonly maxBlocks: number;
  /** Bytes of an epoch's blocks; those on their way may exceed it. */
  readonly maxBytes: number;
}

/** A store for those that look ahead: blocks take turns, and there are no more than the bounds allow. */
export class AheadStore implements Blockstore {
  /** Blocks that wait for their turn. */
  readonly #queue = new Map<Cid, () => void>();
  #flying = 0;
  #blocks = 0;
  #bytes = 0;

  constructor(
    private readonly flights: Flights,
    private readonly bounds: AheadBounds,
  ) {}

  /** Whether an epoch has got all that it may. */
  get isSpent(): boolean {
    return this.#blocks >= this.bounds.maxBlocks || this.#bytes >= this.bounds.maxBytes;
  }

  beginEpoch(): void {
    this.#blocks = 0;
    this.#bytes = 0;
  }

  /** Rejects beyond the bounds. */
  async get(cid: Cid, options: BlockstoreOptions = {}): Promise<Found> {
    while (this.#isFull && !this.flights.has(cid)) await this.#turn(cid);
    try {
      throwIfAborted(options.signal);
      if (this.flights.has(cid)) return await this.flights.get(cid, options);
      if (this.isSpent) throw new Error("as much is fetched ahead as may be");
      return await this.#ask(cid, options);
    } finally {
      if (!this.#isFull) this.#first()?.();
    }
  }

  /** Blocks of machines that look ahead are thrown away. */
  putMany(): void {}

  /** Somebody is about to ask for the block at once: who waits for its turn gets it then, too. */
  hurry(cid: Cid): void {
    this.#queue.get(cid)?.();
  }

  get #isFull(): boolean {
    return this.#flying >= this.bounds.concurrency;
  }

  async #ask(cid: Cid, options: BlockstoreOptions): Promise<Found> {
    this.#blocks++;
    this.#flying++;
    try {
      const found = await this.flights.get(cid, options);
      this.#bytes += found?.length ?? 0;
      return found;
    } finally {
      this.#flying--;
    }
  }

  #turn(cid: Cid): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#queue.get(cid);
      this.#queue.set(cid, () => {
        this.#queue.delete(cid);
        others?.();
        resolve();
      });
    });
  }

  #first(): (() => void) | undefined {
    for (const go of this.#queue.values()) return go;
    return undefined;
  }
}
