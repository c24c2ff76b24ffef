import type { Blockstore, BlockstoreOptions } from "../../blockstore/blocks.js";
import { type Answer, Flights, type Found } from "../../blockstore/flights.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { promiseOf } from "../../util/waits.js";
import { type AheadBounds, AheadStore } from "./ahead-store.js";
import { Recent } from "./recent.js";
import { Siblings } from "./siblings.js";

/** Is told that a machine has to wait, and what it will read next, it seems. */
export type WaitListener = (next: readonly Cid[]) => void;

/** A store as executing machines see it: they learn nothing of those that look ahead, who learn when one waits. */
export class SlowStore implements Blockstore {
  readonly ahead: AheadStore;
  readonly recent = new Recent();
  readonly #flights: Flights;
  readonly #siblings = new Siblings();
  readonly #listeners = new Set<WaitListener>();
  /** How often a machine had to wait for a block. */
  waits = 0;

  constructor(
    private readonly store: Blockstore,
    bounds: AheadBounds,
  ) {
    this.#flights = new Flights(store);
    this.ahead = new AheadStore(this.#flights, bounds);
  }

  get(cid: Cid, options?: BlockstoreOptions): Answer {
    this.ahead.hurry(cid);
    const answer = this.#flights.get(cid, options);
    const later = promiseOf(answer);
    return later === undefined ? answer : this.#wait(cid, later);
  }

  putMany(blocks: readonly Block[], options?: BlockstoreOptions): void | Promise<void> {
    if (this.waits > 0) for (const { cid } of blocks) this.recent.note(cid);
    return this.store.putMany(blocks, options);
  }

  /** @returns how to stop listening */
  onWait(listener: WaitListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #wait(cid: Cid, later: Promise<Found>): Promise<Found> {
    this.waits++;
    this.recent.note(cid);
    const next = this.#siblings.waitFor(cid);
    for (const listener of this.#listeners) listener(next);
    const found = await later;
    if (found) this.#noteLinks(cid, found);
    return found;
  }

  #noteLinks(cid: Cid, data: Uint8Array): void {
    try {
      this.#siblings.read(cid, data);
    } catch {
      // Not the bytes of this CID: whoever reads them finds out.
    }
  }
}
