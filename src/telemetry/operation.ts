/** Operations of the library, told on Node's diagnostics channels of this thread: free without subscribers. */
import { type Channel, channel } from "node:diagnostics_channel";
import { promiseOf } from "../util/waits.js";

/** The end of an operation. */
export interface Ended<Facts, Outcome> {
  /** The same object that was told when it began. */
  readonly facts: Facts;
  readonly milliseconds: number;
  /** Undefined if it failed. */
  readonly outcome: Outcome | undefined;
  /** Error with which it failed. */
  readonly error: unknown;
}

/** An operation under way that somebody watches. */
export interface Begun<Outcome> {
  succeed(outcome: Outcome): void;
  fail(error: unknown): void;
}

/** A kind of work. Its channels are `fvm-node:NAME:begin` and `fvm-node:NAME:end`. */
export class Operation<Facts extends object, Outcome extends object> {
  /** Told of facts. A store that is bound to it holds for all that the operation does. */
  readonly begins: Channel<unknown, Facts>;
  readonly ends: Channel<unknown, Ended<Facts, Outcome>>;

  constructor(readonly name: string) {
    this.begins = channel(`fvm-node:${name}:begin`) as Channel<unknown, Facts>;
    this.ends = channel(`fvm-node:${name}:end`) as Channel<unknown, Ended<Facts, Outcome>>;
  }

  /** Whether anybody wants to know. Ask before facts are gathered. */
  get isWatched(): boolean {
    return this.begins.hasSubscribers || this.ends.hasSubscribers;
  }

  /** Begins one that ends elsewhere. */
  begin(facts: Facts): Begun<Outcome> {
    this.begins.publish(facts);
    return this.#begun(facts);
  }

  /** Does work, which may end later, and tells of it. Throws and rejects as the work does. */
  run<Result>(facts: Facts, work: () => Result, outcomeOf: (result: Awaited<Result>) => Outcome): Result {
    const begun = this.#begun(facts);
    let result: Result;
    let later: Promise<Awaited<Result>> | undefined;
    try {
      result = this.begins.runStores(facts, work);
      later = promiseOf(result as Awaited<Result>);
    } catch (error) {
      begun.fail(error);
      throw error;
    }
    if (later === undefined) {
      begun.succeed(outcomeOf(result as Awaited<Result>));
      return result;
    }
    return later.then(
      (value) => {
        begun.succeed(outcomeOf(value));
        return value;
      },
      (error: unknown) => {
        begun.fail(error);
        throw error;
      },
    ) as Result;
  }

  #begun(facts: Facts): Begun<Outcome> {
    const start = performance.now();
    const end = (outcome: Outcome | undefined, error: unknown) =>
      this.ends.publish({ facts, milliseconds: performance.now() - start, outcome, error });
    return {
      succeed: (outcome) => end(outcome, undefined),
      fail: (error) => end(undefined, error),
    };
  }
}
