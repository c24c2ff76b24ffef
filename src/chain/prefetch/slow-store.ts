import type { Blockstore, BlockstoreOptions } from "../../blockstore/blocks.js";
import { type Answer, Flights, type Found } from "../../blockstore/flights.js";
import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { promiseOf } from "../../util/waits.js";
import { type AheadBounds, AheadStore } from "./ahead-store.js";
import { Habits } from "./habits.js";
import { type Errand, Lanes } from "./lanes.js";
import { Outlook } from "./outlook.js";
import { Recent } from "./recent.js";
import { Siblings } from "./siblings.js";

/** An epoch that is executed on the store. */
export interface EpochInside {
  /** Somebody has to wait. @param next what will be read next, it seems */
  wait(next: readonly Cid[]): void;
  /** For what has no scout yet. */
  next(): Errand | undefined;
}

/** How much the last wait counts for the typical one. */
const LAST_WAIT = 1 / 8;

/** A store as executing machines see it: they learn nothing of those that look ahead, who learn when one waits. */
export class SlowStore implements Blockstore {
  readonly ahead: AheadStore;
  readonly outlook: Outlook;
  readonly recent = new Recent();
  readonly habits = new Habits();
  readonly #flights: Flights;
  readonly #siblings = new Siblings();
  readonly #epochs = new Set<EpochInside>();
  readonly #lanes: Lanes;
  /** How often a machine had to wait for a block. */
  waits = 0;
  /** Machines that wait. */
  #waiting = 0;
  #waitingSince = 0;
  /** Milliseconds that a block takes. */
  #typicalWait = Number.POSITIVE_INFINITY;

  /** @param scouts at the same time */
  constructor(
    private readonly store: Blockstore,
    bounds: AheadBounds,
    scouts: number,
  ) {
    this.#flights = new Flights(store);
    this.ahead = new AheadStore(this.#flights, bounds);
    this.outlook = new Outlook(this.ahead, this.habits);
    this.#lanes = new Lanes(
      scouts,
      () => this.#nextErrand(),
      () => this.#hasTime(),
    );
  }

  get(cid: Cid, options?: BlockstoreOptions): Answer {
    this.ahead.hurry(cid);
    const isNew = !this.#flights.has(cid);
    const answer = this.#flights.get(cid, options);
    const later = promiseOf(answer);
    return later === undefined ? answer : this.#wait(cid, later, isNew);
  }

  putMany(blocks: readonly Block[], options?: BlockstoreOptions): void | Promise<void> {
    if (this.waits > 0) for (const { cid } of blocks) this.recent.note(cid);
    return this.store.putMany(blocks, options);
  }

  /** An epoch begins. @returns how it ends */
  enter(epoch: EpochInside): () => void {
    this.#epochs.add(epoch);
    return () => void this.#epochs.delete(epoch);
  }

  async #wait(cid: Cid, later: Promise<Found>, isNew: boolean): Promise<Found> {
    const since = performance.now();
    this.waits++;
    if (this.#waiting++ === 0) this.#waitingSince = since;
    this.recent.note(cid);
    try {
      const next = this.#siblings.waitFor(cid);
      for (const epoch of this.#epochs) epoch.wait(next);
      this.#lanes.send();
      const found = await later;
      if (found) this.noteLinks(cid, found);
      return found;
    } finally {
      this.#waiting--;
      if (isNew) this.#noteWait(performance.now() - since);
    }
  }

  #noteWait(ms: number): void {
    const before = this.#typicalWait;
    this.#typicalWait = Number.isFinite(before) ? before + LAST_WAIT * (ms - before) : ms;
  }

  #hasTime(): boolean {
    return this.#waiting > 0 && performance.now() - this.#waitingSince < this.#typicalWait;
  }

  #nextErrand(): Errand | undefined {
    if (this.ahead.isSpent) return undefined;
    const due = this.outlook.cron();
    if (due !== undefined) return due;
    for (const epoch of this.#epochs) {
      const errand = epoch.next();
      if (errand !== undefined) return errand;
    }
    return this.outlook.next();
  }

  /** A block has been read whose neighbours are of interest. */
  noteLinks(cid: Cid, data: Uint8Array): void {
    try {
      this.#siblings.read(cid, data);
    } catch {
      // Not the bytes of this CID: whoever reads them finds out.
    }
  }
}
