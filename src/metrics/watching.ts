import type { Channel } from "node:diagnostics_channel";

/** Watching what the library does, until it is stopped. */
export interface Watching extends Disposable {
  /** Ends it. */
  stop(): void;
}

/** Steps that stop watching. */
export class Stops implements Watching {
  readonly #stops: (() => void)[] = [];

  add(stop: () => void): void {
    this.#stops.push(stop);
  }

  subscribe<Told>(channel: Channel<unknown, Told>, told: (message: Told) => void): void {
    const subscriber = (message: unknown) => told(message as Told);
    channel.subscribe(subscriber);
    this.add(() => channel.unsubscribe(subscriber));
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
