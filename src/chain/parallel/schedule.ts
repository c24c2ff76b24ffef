import { throwIfAborted } from "../../util/abort.js";
import { unlessAborted } from "../../util/waits.js";
import type { ApplyKind, ApplyResult } from "../../vm/executor/apply-result.js";
import type { PlacedMessage } from "../../vm/parallel/placed-message.js";
import type { Done, Sequencer } from "../../vm/parallel/sequencer.js";
import type { Disturbance } from "./disturbance.js";
import type { Foreseen, Prediction } from "./prediction.js";
import { PlaceStatus, type SharedTipset } from "./shared-tipset.js";

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
  readonly sequencer: Pick<Sequencer, "repeat" | "execute" | "tell">;
  readonly prediction: Prediction;
  /** Messages that have habits; undefined: it has none. */
  readonly foreseen: readonly (Foreseen | undefined)[];
  /** To be counted up. */
  readonly turns: Turns;
  /** Trouble that is made on purpose. */
  readonly disturbance: Disturbance | undefined;
}

/**
 * The main thread's part of a tipset: places in their order, each by the effect that a thread has found if it holds, and
 * otherwise by executing it.
 */
export class Schedule {
  readonly #parts: ScheduleParts;

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
    if (tipset.status(place) !== PlaceStatus.Executed) {
      turns.executed++;
      return this.#execute(placed, kind, tipset.isFollowedFar(place) || this.#isNew(place), signal);
    }
    const done = await sequencer.repeat(placed, tipset.effect(place), signal);
    if (done === undefined) {
      turns.refused++;
      return this.#execute(placed, kind, true, signal);
    }
    turns.repeated++;
    tipset.settled(place, undefined);
    return this.#learnt(place, done);
  }

  async #execute(
    placed: PlacedMessage,
    kind: ApplyKind,
    tells: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ApplyResult> {
    const { tipset, sequencer } = this.#parts;
    const { place } = placed;
    if (!tells) {
      const result = await sequencer.execute(placed, kind, signal);
      tipset.settled(place, undefined);
      return result;
    }
    const told = await sequencer.tell(placed, kind, signal);
    tipset.settled(place, told.effect);
    return this.#learnt(place, told);
  }

  /** Waits until no thread is at a place, and none can begin with it. */
  async #untilDecided(place: number, signal: AbortSignal | undefined): Promise<void> {
    const { tipset } = this.#parts;
    for (;;) {
      const { endings } = tipset;
      if (tipset.isDecided(place)) return;
      await unlessAborted(tipset.untilEnded(endings), signal);
    }
  }

  /** Whether it is a message of whose kind nothing is known. */
  #isNew(place: number): boolean {
    const { foreseen, prediction } = this.#parts;
    const message = foreseen[place];
    return message !== undefined && !prediction.knows(message);
  }

  #learnt(place: number, { result, roots }: Done): ApplyResult {
    const { foreseen, prediction } = this.#parts;
    const message = foreseen[place];
    if (message !== undefined) prediction.learn(message, roots, result.receipt.gasUsed);
    return result;
  }
}
