import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import type { EpochPlan, EpochPrefetch } from "../execution/prefetch.js";
import { type Expected, nameOf } from "./expected.js";
import type { Errand } from "./lanes.js";
import { LookOut } from "./look-out.js";
import type { SlowStore } from "./slow-store.js";
import { Walks } from "./walks.js";

/** Looks ahead in one epoch, from the first time that its machine has to wait. */
export class EpochAhead implements EpochPrefetch {
  readonly #end = new AbortController();
  readonly #scouting = new Map<number, AbortController>();
  readonly #expected: Expected | undefined;
  readonly #leave: () => void;
  readonly #lookOut: LookOut;
  readonly #recent: readonly Cid[];
  #begun: Begun | undefined;
  #reached = 0;

  constructor(
    private readonly plan: EpochPlan,
    readonly blockstore: SlowStore,
  ) {
    const { epoch, machine } = plan;
    this.#recent = blockstore.recent.next();
    this.#lookOut = new LookOut(() => machine, blockstore.ahead, blockstore.habits);
    const { signal } = this.#end;
    this.#expected = blockstore.outlook.begin({ epoch, machine, signal, lookOut: this.#lookOut });
    this.#leave = blockstore.enter(this);
  }

  reached(index: number): void {
    this.#reached = index;
    for (const [scouted, controller] of this.#scouting) if (scouted < index) controller.abort();
  }

  end(): void {
    this.#leave();
    this.#end.abort();
    this.#lookOut.close();
    this.#expected?.end();
  }

  /** Somebody has to wait. @param next blocks that will be read next, it seems */
  wait(next: readonly Cid[]): void {
    this.#begun ??= this.#begin();
    if (this.blockstore.ahead.isSpent) return;
    this.#begun.walks.read(next, (cid, data) => this.blockstore.noteLinks(cid, data));
  }

  /** For the next message of the epoch that has no scout yet. */
  next(): Errand | undefined {
    if (this.#begun === undefined) return undefined;
    const { messages, ahead } = this.#begun;
    for (;;) {
      const index = ahead.shift();
      if (index === undefined) return undefined;
      const message = messages[index] as Message;
      if (index <= this.#reached || this.#expected?.scouted.has(nameOf(message)) === true) continue;
      return (onLack) => this.#scout(index, message, onLack);
    }
  }

  #begin(): Begun {
    const { plan, blockstore } = this;
    const { ahead: store } = blockstore;
    store.beginEpoch();
    const options = { ...plan.machine, blockstore: store, signal: this.#end.signal };
    const walks = new Walks(options);
    walks.fetch(this.#recent);
    walks.begin(plan);
    const messages = plan.messages();
    // Cron, the last one, is looked at event by event.
    return { walks, messages, ahead: [...messages.keys()].slice(0, -1) };
  }

  async #scout(index: number, message: Message, onLack: () => void) {
    const controller = new AbortController();
    this.#scouting.set(index, controller);
    const signal = AbortSignal.any([controller.signal, this.#end.signal]);
    const scouting = await this.#lookOut.scout(message, { signal, onLack });
    this.#scouting.delete(index);
    return scouting;
  }
}

interface Begun {
  readonly walks: Walks;
  readonly messages: readonly Message[];
  /** Indices of messages that have no scout yet. */
  readonly ahead: number[];
}
