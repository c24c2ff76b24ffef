import { idAddress } from "../../address/address.js";
import type { Message } from "../../message/message.js";
import { noBytes } from "../../util/bytes.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { networkVersion } from "../../vm/network/version.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import type { ExpectedTipset } from "../execution/prefetch.js";
import type { AheadStore } from "./ahead-store.js";
import { dueEvents } from "./due-events.js";
import { Expected } from "./expected.js";
import type { Habits } from "./habits.js";
import type { Errand } from "./lanes.js";
import { LackingStore, type LookOut, type Scouting } from "./look-out.js";

/** Tipsets that may be expected at the same time. */
const MAX_TIPSETS = 64;
/** Epochs of cron that are looked ahead: who is due later may not yet be known. */
const MAX_CRON_EPOCHS = 32;
/** Tipsets for which as many scouts are sent as there are. */
const NEAR_TIPSETS = 1;
/** Scouts at the same time for each of the others, one machine each: the fewer, the more messages share a machine. */
const FAR_SCOUTS = 4;
/** CronTick of the market, in which it does what is due of deals. */
const MARKET_CRON = 9;

/** The epoch in execution. */
export interface Present {
  readonly epoch: number;
  readonly machine: MachineOptions;
  readonly signal: AbortSignal;
  readonly lookOut: LookOut;
}

/** Scouts for the tipsets after the present one, and for what miners are due to do by themselves. */
export class Outlook {
  #tipsets: Expected[] = [];
  #present: Present | undefined;
  /** Events that have no scout yet, by epoch. */
  #due: { readonly epoch: number; readonly errand: Errand }[] = [];
  /** Epochs up to which it is known who is due. */
  #cronEpoch = -1;
  /** Epochs up to which the market's cron has been scouted. */
  #marketEpoch = -1;

  constructor(
    private readonly store: AheadStore,
    private readonly habits: Habits,
  ) {}

  expect(tipset: ExpectedTipset, signal: AbortSignal): void {
    const others = this.#tipsets.filter(({ isOver }) => !isOver);
    if (others.length >= MAX_TIPSETS) return;
    const place = others.findLastIndex((other) => other.tipset.epoch < tipset.epoch) + 1;
    others.splice(place, 0, new Expected(tipset, signal, this.store, this.habits));
    this.#tipsets = others;
  }

  /** An epoch is executed. @returns what was expected of it */
  begin(present: Present): Expected | undefined {
    const { epoch } = present;
    if (this.#present === undefined || epoch <= this.#present.epoch) this.#forget(epoch);
    this.#present = present;
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

  /** For who is due at the end of the present epoch, and to find out who will be later. */
  cron(): Errand | undefined {
    const present = this.#present;
    if (present === undefined) return undefined;
    const { epoch } = present;
    while (this.#due[0] !== undefined && this.#due[0].epoch < epoch) this.#due.shift();
    const last = this.#tipsets.findLast(
      ({ isOver, tipset }) => !isOver && tipset.epoch <= epoch + MAX_CRON_EPOCHS,
    );
    const to = last?.tipset.epoch ?? epoch;
    if (to > this.#cronEpoch) {
      const from = Math.max(epoch, this.#cronEpoch + 1);
      this.#cronEpoch = to;
      const signal = last?.signal ?? present.signal;
      return (onLack) => this.#findDue(present, { from, to }, signal, onLack);
    }
    if (epoch > this.#marketEpoch) {
      this.#marketEpoch = to;
      return this.#scout(to, marketCron(to));
    }
    return this.#dueUpTo(epoch);
  }

  /** For messages that have no scout yet, and for who is due, those of the next tipset first. */
  next(): Errand | undefined {
    if (this.#present === undefined) return undefined;
    const { stateRoot } = this.#present.machine;
    for (const [i, expected] of this.#tipsets.entries()) {
      if (expected.isOver) continue;
      const most = i < NEAR_TIPSETS ? Number.POSITIVE_INFINITY : FAR_SCOUTS;
      const errand = expected.next(stateRoot, most) ?? this.#dueUpTo(expected.tipset.epoch);
      if (errand !== undefined) return errand;
    }
    return undefined;
  }

  #dueUpTo(epoch: number): Errand | undefined {
    const [first] = this.#due;
    return first !== undefined && first.epoch <= epoch ? this.#due.shift()?.errand : undefined;
  }

  /** Another chain, or the same one again. */
  #forget(epoch: number): void {
    this.#due = [];
    this.#cronEpoch = epoch - 1;
    this.#marketEpoch = epoch - 1;
  }

  async #findDue(
    { machine: { network: given, blockCache, stateRoot } }: Present,
    epochs: { readonly from: number; readonly to: number },
    signal: AbortSignal,
    onLack: () => void,
  ): Promise<Scouting> {
    const store = new LackingStore(this.store);
    store.onLack = onLack;
    const network = typeof given === "number" ? networkVersion(given) : given;
    const options = { signal, ...(blockCache !== undefined && { blockCache }) };
    try {
      for (const { epoch, message } of await dueEvents(store, stateRoot, network, epochs, options)) {
        this.#due.push({ epoch, errand: this.#scout(epoch, message) });
      }
      return { lacked: store.lacked, isDone: true };
    } catch {
      // Also over what is wrong with the store: whoever needs the block says so.
      return { lacked: store.lacked, isDone: false };
    }
  }

  /** In the epoch, or the first one after it of which there is a machine. */
  #scout(epoch: number, message: Message): Errand {
    return async (onLack) => {
      const { signal, lookOut, machine, epoch: now } = this.#present as Present;
      const expected = this.#tipsets.find(({ isOver, tipset }) => !isOver && tipset.epoch >= epoch);
      if (epoch <= now || expected === undefined) return lookOut.scout(message, { signal, onLack });
      return expected.scout(machine.stateRoot, message, onLack);
    };
  }
}

function marketCron(epoch: number): Message {
  return {
    version: 0,
    to: idAddress(SingletonId.Market),
    from: idAddress(SingletonId.Cron),
    nonce: epoch,
    value: 0n,
    gasLimit: 2 ** 53 - 1,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: MARKET_CRON,
    params: noBytes(),
  };
}
