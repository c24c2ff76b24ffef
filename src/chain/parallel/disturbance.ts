import { setImmediate } from "node:timers/promises";
import type { Speculation } from "./speculate.js";

/** Reasons to draw a number for: each has numbers of its own. */
const Draw = { Pause: 1, Ignore: 2, Unseen: 3, GiveUp: 4, Before: 5, Lose: 6, After: 7 } as const;

/** Turns of the event loop that something may be late. */
const MAX_TURNS = 4;

/**
 * Trouble for threads that execute messages ahead, drawn from a seed: they are late, begin too early, do not see what
 * others have done, give up, and lose what they have done. It changes no result.
 */
export class Disturbance {
  constructor(
    private readonly seed: number,
    private readonly thread: number,
  ) {}

  /** Lets other threads work before a place is looked at. */
  async pause(place: number): Promise<void> {
    await this.#turns(Draw.Pause, place);
  }

  /** Whether a place does not wait for its predecessors. */
  readonly ignores = (place: number): boolean => this.#oneIn(3, Draw.Ignore, place);

  around(speculation: Speculation): Speculation {
    return {
      execute: async (placed, signal) => {
        const { place } = placed;
        await this.#turns(Draw.Before, place);
        if (this.#oneIn(8, Draw.GiveUp, place)) return undefined;
        const effect = await speculation.execute(placed, signal);
        await this.#turns(Draw.After, place);
        return this.#oneIn(8, Draw.Lose, place) ? undefined : effect;
      },
      learn: (place, effect) => {
        if (!this.#oneIn(8, Draw.Unseen, place)) speculation.learn(place, effect);
      },
      keep: (place) => {
        if (!this.#oneIn(8, Draw.Unseen, place)) speculation.keep(place);
      },
    };
  }

  async #turns(draw: number, place: number): Promise<void> {
    for (let left = this.#number(draw, place) % MAX_TURNS; left > 0; left--) await setImmediate();
  }

  #oneIn(count: number, draw: number, place: number): boolean {
    return this.#number(draw, place) % count === 0;
  }

  #number(draw: number, place: number): number {
    return [this.seed, this.thread, draw, place].reduce(mixed, 0) >>> 8;
  }
}

/** A 32-bit hash of what was so far and a number. Source: MurmurHash3's finalizer. */
function mixed(hash: number, value: number): number {
  let mix = Math.imul((hash ^ value) + 0x9e3779b9, 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}
