import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import { onAbort } from "../../util/abort.js";
import type { ExpectedTipset } from "../execution/prefetch.js";
import type { AheadStore } from "./ahead-store.js";
import type { Habits } from "./habits.js";
import type { Errand } from "./lanes.js";
import { LookOut, type Scouting } from "./look-out.js";

/** A message, whoever has it in a block. */
export function nameOf({ from, nonce }: Message): string {
  return `${nonce} ${from}`;
}

/** Scouts for a tipset that will be executed later, on the state that is there now. */
export class Expected {
  readonly #end = new AbortController();
  readonly #forget: () => void;
  #ahead: Message[] | undefined;
  /** Scouts for its messages that are on their way. */
  #scouts = 0;
  /** On the state of the first scout: of those after it, most of what a message reads is the same. */
  #lookOut: LookOut | undefined;
  /** Names of messages that scouts have been sent for, and have not failed. */
  readonly scouted = new Set<string>();

  constructor(
    readonly tipset: ExpectedTipset,
    signal: AbortSignal,
    private readonly store: AheadStore,
    private readonly habits: Habits,
  ) {
    this.#forget = onAbort(signal, () => this.end());
  }

  /** Aborted when it is executed, or will not be. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  get isOver(): boolean {
    return this.#end.signal.aborted;
  }

  /** For the next message that has no scout yet. @param most scouts at the same time */
  next(stateRoot: Cid, most: number): Errand | undefined {
    if (this.#scouts >= most) return undefined;
    this.#ahead ??= [...this.tipset.messages()];
    for (;;) {
      const message = this.#ahead.shift();
      if (message === undefined) return undefined;
      const name = nameOf(message);
      if (this.scouted.has(name)) continue;
      this.scouted.add(name);
      return async (onLack) => {
        this.#scouts++;
        const scouting = await this.scout(stateRoot, message, onLack);
        this.#scouts--;
        if (!scouting.isDone) this.scouted.delete(name);
        return scouting;
      };
    }
  }

  /** It is executed, or will not be. */
  end(): void {
    this.#forget();
    this.#end.abort();
    this.#lookOut?.close();
  }

  /** Reads what a message will read. Never rejects. */
  scout(stateRoot: Cid, message: Message, onLack: () => void): Promise<Scouting> {
    this.#lookOut ??= new LookOut(() => this.tipset.machineOn(stateRoot), this.store, this.habits);
    return this.#lookOut.scout(message, { signal: this.#end.signal, onLack });
  }
}
