import type { Cid } from "../encoding/cid.js";
import type { Block } from "../ipld/block-access.js";
import { ownBytes } from "../util/bytes.js";
import { promiseOf } from "../util/waits.js";
import type { Blockstore, BlockstoreOptions } from "./blocks.js";

/** A store's answer, at once or later. */
export type Answer = ReturnType<Blockstore["get"]>;
/** Its answer in the end. */
export type Found = Awaited<Answer>;

interface Flight {
  readonly answer: Promise<Found>;
  /** Whoever aborts it may end the flight. */
  readonly signal: AbortSignal | undefined;
}

/** A store whose questions are in flight once at a time each, however many wait for the answer. */
export class Flights implements Blockstore {
  readonly #inFlight = new Map<Cid, Flight>();

  constructor(private readonly store: Blockstore) {}

  /** Whether the block is on its way. */
  has(cid: Cid): boolean {
    return this.#inFlight.has(cid);
  }

  get(cid: Cid, options?: BlockstoreOptions): Answer {
    const flight = this.#inFlight.get(cid);
    if (flight !== undefined) return this.#join(flight, cid, options);
    const answer = this.store.get(cid, options);
    const later = promiseOf(answer);
    return later === undefined ? answer : this.#begin(later, cid, options?.signal);
  }

  putMany(blocks: readonly Block[], options?: BlockstoreOptions): void | Promise<void> {
    return this.store.putMany(blocks, options);
  }

  #begin(later: Promise<Found>, cid: Cid, signal: AbortSignal | undefined): Promise<Found> {
    const answer = later.then(copied);
    this.#inFlight.set(cid, { answer, signal });
    const land = () => void this.#inFlight.delete(cid);
    answer.then(land, land);
    return answer;
  }

  async #join({ answer, signal }: Flight, cid: Cid, options?: BlockstoreOptions): Promise<Found> {
    try {
      return await answer;
    } catch (error) {
      const isOthers = signal?.aborted === true && options?.signal?.aborted !== true;
      if (!isOthers) throw error;
      return this.get(cid, options);
    }
  }
}

/** The store may use its buffer again before all have looked at it. What is no bytes is for them to complain of. */
function copied(found: Found): Found {
  return ownBytes(found) ?? found;
}
