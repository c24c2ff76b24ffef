import type { Cid } from "../../encoding/cid.js";
import type { EpochPlan, EpochPrefetch } from "../execution/prefetch.js";
import { Scouts } from "./scouts.js";
import type { SlowStore } from "./slow-store.js";
import { Walks } from "./walks.js";

/** Looks ahead in one epoch, from the first time that its machine has to wait. */
export class EpochAhead implements EpochPrefetch {
  readonly #end = new AbortController();
  readonly #stopListening: () => void;
  #begun: { readonly walks: Walks; readonly scouts: Scouts } | undefined;
  #reached = 0;

  constructor(
    private readonly plan: EpochPlan,
    readonly blockstore: SlowStore,
  ) {
    this.#stopListening = blockstore.onWait((next) => this.#wait(next));
  }

  reached(index: number): void {
    this.#reached = index;
    this.#begun?.scouts.reached(index);
  }

  end(): void {
    this.#stopListening();
    this.#end.abort();
    this.#begun?.scouts.close();
  }

  #wait(next: readonly Cid[]): void {
    if (this.#begun === undefined) this.#begin();
    else if (this.blockstore.ahead.isSpent) return;
    this.#begun?.walks.fetch(next);
    this.#begun?.scouts.send();
  }

  #begin(): void {
    const { ahead, recent } = this.blockstore;
    ahead.beginEpoch();
    const options = { ...this.plan.machine, blockstore: ahead, signal: this.#end.signal };
    const walks = new Walks(options);
    const scouts = new Scouts(options, this.plan.messages(), () => ahead.asked);
    scouts.reached(this.#reached);
    this.#begun = { walks, scouts };
    walks.fetch(recent.next());
    walks.begin(this.plan);
  }
}
