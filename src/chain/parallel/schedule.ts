import type { Gas } from "../../message/gas.js";
import { throwIfAborted } from "../../util/abort.js";
import { unlessAborted } from "../../util/waits.js";
import type { ApplyKind, ApplyResult } from "../../vm/executor/apply-result.js";
import type { PlacedMessage } from "../../vm/parallel/placed-message.js";
import type { Sequencer } from "../../vm/parallel/sequencer.js";
import type { Disturbance } from "./disturbance.js";
import type { Foreseen, Prediction, Roots } from "./prediction.js";
import { PlaceStatus, type SharedTipset } from "./shared-tipset.js";
import { type MessageAt, type Speculation, speculate } from "./speculate.js";

/** Gas of a message that takes some two milliseconds: the main thread begins none that is longer before its turn. */
const SHORT: Gas = 20_000_000;

/** How many messages had their turn in which way. */
export interface Turns {
  /** By an effect that held. */
  repeated: number;
  /** Executed, because their effect did not hold. */
  refused: number;
  /** Executed, because they had none. */
  executed: number;
}

export interface ScheduleParts {
  readonly tipset: SharedTipset;
  readonly sequencer: Pick<Sequencer, "repeat" | "execute">;
  /** Roots in an effect. */
  rootsOf(effect: Uint8Array): Roots;
  readonly prediction: Prediction;
  /** Messages that have habits; undefined: it has none. */
  readonly foreseen: readonly (Foreseen | undefined)[];
  readonly messageAt: MessageAt;
  /** Makes what executes messages in this thread before their turn, once there is time for it. */
  newSpeculation(): Promise<Speculation & Disposable>;
  /** To be counted up. */
  readonly turns: Turns;
  /** Trouble that is made on purpose. */
  readonly disturbance: Disturbance | undefined;
}

/**
 * The main thread's part of a tipset: places in their order, each by the effect that a thread has found if it holds, and
 * otherwise by executing it. While another thread is at the one whose turn it is, it executes a later one.
 */
export class Schedule {
  readonly #parts: ScheduleParts;
  readonly #over = new AbortController();
  #made: Promise<Speculation & Disposable> | undefined;
  /** The place that is executed before its turn. Resolves to whether another one may follow. */
  #speculating: Promise<boolean> | undefined;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  /**
   * The result of the message whose turn it is. A second one at the same place follows one that has changed nothing.
   * Rejects as `Machine.execute`.
   */
  async execute(
    placed: PlacedMessage,
    kind: ApplyKind,
    signal: AbortSignal | undefined,
  ): Promise<ApplyResult> {
    const { tipset, sequencer, turns, disturbance } = this.#parts;
    const { place } = placed;
    throwIfAborted(signal);
    await disturbance?.pause(place);
    await this.#untilDecided(place, signal);
    if (tipset.status(place) === PlaceStatus.Executed) {
      const effect = tipset.effect(place);
      const result = await sequencer.repeat(placed, effect, signal);
      if (result !== undefined) {
        turns.repeated++;
        tipset.settled(place, undefined);
        this.#learn(place, effect, result);
        return result;
      }
      turns.refused++;
    } else {
      turns.executed++;
    }
    const { result, effect } = await sequencer.execute(placed, kind, signal);
    tipset.settled(place, effect);
    this.#learn(place, effect, result);
    return result;
  }

  /** Ends what goes on, in this thread and in others. */
  async end(): Promise<void> {
    this.#parts.tipset.end();
    this.#over.abort();
    await this.#speculating;
    const made = await this.#made?.catch(() => undefined);
    made?.[Symbol.dispose]();
  }

  /** Waits until no thread is at a place, and none can begin with it. */
  async #untilDecided(place: number, signal: AbortSignal | undefined): Promise<void> {
    const { tipset } = this.#parts;
    for (;;) {
      const { endings } = tipset;
      if (tipset.isDecided(place)) return;
      this.#speculating ??= this.#speculate();
      await unlessAborted(tipset.untilEnded(endings), signal);
    }
  }

  /** Begins with a later place if there is a short one that is ready. */
  #speculate(): Promise<boolean> | undefined {
    const { tipset, disturbance } = this.#parts;
    const place = tipset.claim((later) => this.#isShort(later), disturbance?.ignores);
    if (typeof place !== "number") return undefined;
    const speculating = this.#speculateAt(place);
    void speculating.then((goesOn) => {
      if (goesOn) this.#speculating = undefined;
    });
    return speculating;
  }

  async #speculateAt(place: number): Promise<boolean> {
    const { tipset, messageAt, newSpeculation, disturbance } = this.#parts;
    this.#made ??= newSpeculation();
    try {
      const made = await this.#made;
      const speculation = disturbance?.around(made) ?? made;
      return await speculate(tipset, speculation, messageAt, place, this.#over.signal);
    } catch {
      // It cannot be made, which is no reason to fail.
      tipset.giveUp(place);
      return false;
    }
  }

  #isShort(place: number): boolean {
    const { foreseen, prediction } = this.#parts;
    const message = foreseen[place];
    return message !== undefined && prediction.gas(message) <= SHORT;
  }

  #learn(place: number, effect: Uint8Array, { receipt }: ApplyResult): void {
    const { foreseen, prediction, rootsOf } = this.#parts;
    const message = foreseen[place];
    if (message !== undefined) prediction.learn(message, rootsOf(effect), receipt.gasUsed);
  }
}
