import type { Gas } from "../../message/gas.js";
import { throwIfAborted } from "../../util/abort.js";
import { unlessAborted } from "../../util/waits.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { ExecutionRequest } from "../../vm/executor/executor.js";
import type { Disturbance } from "./disturbance.js";
import type { Foreseen, Prediction, Roots } from "./prediction.js";
import { PlaceStatus, type SharedTipset } from "./shared-tipset.js";
import { type RequestOf, speculate } from "./speculate.js";
import type { Settlement, Speculation } from "./speculation.js";

/** Gas of a message that takes some two milliseconds: the main thread begins none that is longer before its turn. */
const SHORT: Gas = 20_000_000;

export interface ScheduleParts {
  readonly tipset: SharedTipset;
  readonly settlement: Settlement;
  /** Roots in an effect. */
  rootsOf(effect: Uint8Array): Roots;
  readonly prediction: Prediction;
  /** Messages that have habits; undefined: it has none. */
  readonly foreseen: readonly (Foreseen | undefined)[];
  readonly requestOf: RequestOf;
  /** Makes what executes messages in this thread before their turn, once there is time for it. */
  newSpeculation(): Promise<Speculation>;
  /** Trouble that is made on purpose. */
  readonly disturbance: Disturbance | undefined;
}

/**
 * The main thread's part of a tipset: places in their order, each by the effect that a thread has found if it holds, and
 * otherwise by executing it. While another thread is at the one whose turn it is, it executes a later one.
 */
export class Schedule {
  readonly #parts: ScheduleParts;
  #speculation: Promise<Speculation> | undefined;
  #isSpeculating = false;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  /**
   * The result of the message at a place whose turn it is. Rejects as `Machine.execute`.
   *
   * @param request the message; a second one takes the place of one that has changed nothing
   */
  async execute(
    place: number,
    request: ExecutionRequest,
    signal: AbortSignal | undefined,
  ): Promise<ApplyResult> {
    const { tipset, settlement, disturbance } = this.#parts;
    throwIfAborted(signal);
    await disturbance?.pause(place);
    await this.#untilDecided(place, signal);
    if (tipset.status(place) === PlaceStatus.Executed) {
      const effect = tipset.effect(place);
      const result = settlement.settle(place, request, effect);
      if (result !== undefined) {
        tipset.settled(place, undefined);
        this.#learn(place, effect, result);
        return result;
      }
    }
    const { result, effect } = await settlement.execute(place, request, signal);
    tipset.settled(place, effect);
    this.#learn(place, effect, result);
    return result;
  }

  /** Ends what goes on. */
  end(): void {
    this.#parts.tipset.end();
    this.#speculation?.then((speculation) => speculation.close()).catch(() => undefined);
  }

  /** Waits until no other thread is at a place, and none can begin with it. */
  async #untilDecided(place: number, signal: AbortSignal | undefined): Promise<void> {
    const { tipset } = this.#parts;
    for (;;) {
      const { endings } = tipset;
      if (tipset.claimThis(place) || tipset.status(place) !== PlaceStatus.Claimed) return;
      if (!this.#isSpeculating) this.#speculate();
      await unlessAborted(tipset.untilEnded(endings), signal);
      throwIfAborted(signal);
    }
  }

  /** Begins with a later place if there is a short one that is ready. */
  #speculate(): void {
    const { tipset, disturbance } = this.#parts;
    const place = tipset.claim((later) => this.#isShort(later), disturbance?.ignores);
    if (typeof place !== "number") return;
    this.#isSpeculating = true;
    void this.#speculateAt(place).then((goesOn) => {
      this.#isSpeculating = !goesOn;
    });
  }

  async #speculateAt(place: number): Promise<boolean> {
    const { tipset, requestOf, newSpeculation, disturbance } = this.#parts;
    this.#speculation ??= newSpeculation().then((own) => disturbance?.around(own) ?? own);
    try {
      return await speculate(tipset, await this.#speculation, requestOf, place);
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
