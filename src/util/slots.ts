import { unlessAborted } from "./waits.js";

/** Lets so many work at a time, the others in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Does the work as soon as there is a slot. Throws what it throws, and the reason of a signal that ends the waiting. */
  async use<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#take(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    let turn = (): void => undefined;
    const taken = new Promise<void>((resolve) => {
      turn = resolve;
      this.#waiting.push(resolve);
    });
    try {
      await unlessAborted(taken, signal);
    } catch (error) {
      const place = this.#waiting.indexOf(turn);
      // It was given a slot in the same moment.
      if (place < 0) this.#leave();
      else this.#waiting.splice(place, 1);
      throw error;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
