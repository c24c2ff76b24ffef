import type { Cid } from "../../encoding/cid.js";
import type { ExpectedTipset } from "../execution/prefetch.js";
import type { AheadStore } from "./ahead-store.js";
import { Expected } from "./expected.js";
import type { Errand } from "./lanes.js";

/** Tipsets that may be expected at the same time. */
const MAX_TIPSETS = 64;
/** Epochs that a scout of cron may look ahead: who is due later may not yet be known. */
const MAX_CRON_EPOCHS = 32;

/** Tipsets that will be executed after the present one. */
export class Outlook {
  #tipsets: Expected[] = [];
  #present: { readonly epoch: number; readonly stateRoot: Cid } | undefined;
  /** Epochs up to which cron has been scouted. */
  #cronEpoch = -1;

  constructor(private readonly store: AheadStore) {}

  expect(tipset: ExpectedTipset, signal: AbortSignal): void {
    const others = this.#tipsets.filter(({ isOver }) => !isOver);
    if (others.length >= MAX_TIPSETS) return;
    const place = others.findLastIndex((other) => other.tipset.epoch < tipset.epoch) + 1;
    others.splice(place, 0, new Expected(tipset, signal, this.store));
    this.#tipsets = others;
  }

  /** An epoch is executed. @returns what was expected of it */
  begin(epoch: number, stateRoot: Cid): Expected | undefined {
    this.#present = { epoch, stateRoot };
    let found: Expected | undefined;
    while (this.#tipsets[0] !== undefined) {
      const [first] = this.#tipsets;
      if (first.tipset.epoch > epoch) break;
      this.#tipsets.shift();
      if (first.tipset.epoch === epoch) found = first;
      else first.end();
    }
    return found;
  }

  /** For what has no scout yet, the next tipsets first. */
  next(): Errand | undefined {
    if (this.#present === undefined) return undefined;
    const { stateRoot } = this.#present;
    for (const expected of this.#tipsets) {
      const errand = expected.isOver ? undefined : expected.next(stateRoot);
      if (errand !== undefined) return errand;
    }
    return undefined;
  }

  /** For the cron of an epoch, and of those after it that are expected; undefined: there was one already. */
  cron(epoch: number): Errand | "own" | undefined {
    if (epoch <= this.#cronEpoch || this.#present === undefined) return undefined;
    const last = this.#tipsets.findLast(
      ({ isOver, tipset }) => !isOver && tipset.epoch <= epoch + MAX_CRON_EPOCHS,
    );
    if (last === undefined) return "own";
    this.#cronEpoch = last.tipset.epoch;
    return last.cron(this.#present.stateRoot);
  }
}
