import { setImmediate } from "node:timers/promises";
import { FvmError } from "../errors.js";
import { neverAborted, onAbort, throwIfAborted } from "./abort.js";

/**
 * Work that is synchronous unless something it needs is not there: then it yields what must be awaited
 * before it goes on.
 */
export type Waits<T> = Generator<Promise<void>, T, void>;

/** The same as far as those that do the work need it: an object may be its own iterator. */
export type Steps<T> = Pick<Waits<T>, "next">;

/** Does the work, waiting where it must. @param signal ends the waiting */
export async function finish<T>(
  work: Steps<T>,
  signal?: AbortSignal,
  wait: Wait = unlessAborted,
): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    await wait(step.value, signal);
    step = work.next();
  }
  return step.value;
}

/** A way to wait. */
export type Wait = (pending: Promise<void>, signal: AbortSignal | undefined) => Promise<void>;

/** Does work that must not wait. Throws `FvmError` MUST_WAIT if it has to. */
export function finishNow<T>(work: Steps<T>, operation: string): T {
  const step = work.next();
  if (step.done === true) return step.value;
  // Nobody is interested any more.
  step.value.catch(() => undefined);
  throw new FvmError("MUST_WAIT", { operation });
}

/** A pending result, or the signal's reason if that comes first: then nobody hears of the other any more. */
export async function unlessAborted<T>(pending: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined || signal === neverAborted) return pending;
  const later = promiseOf(pending);
  if (later === undefined) {
    throwIfAborted(signal);
    return pending;
  }
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    later.finally(forget).then(resolve, reject);
  });
}

/**
 * The promise of an answer that comes later; `undefined` if it is here. Anything with a method `then` counts.
 * Throws what the answer throws when it is looked at.
 */
export function promiseOf<T>(answer: T | PromiseLike<T>): Promise<T> | undefined {
  if ((typeof answer !== "object" && typeof answer !== "function") || answer === null) return undefined;
  return "then" in answer && typeof answer.then === "function" ? Promise.resolve(answer) : undefined;
}

/** For an answer that was not to be a promise: nobody will hear how it ends. */
export function forgetPromise(answer: unknown): void {
  try {
    promiseOf(answer)?.catch(() => undefined);
  } catch {
    // It cannot even be looked at.
  }
}

/** Milliseconds that others may have to wait for their turn. */
const LONGEST_TURN = 10;

/**
 * Gives the event loop a turn now and then between pieces of work that never wait, because otherwise no
 * timer could abort their signal.
 */
export class Turns {
  #begin = performance.now();

  constructor(private readonly signal: AbortSignal | undefined) {}

  /** To be called between two pieces. Throws the signal's reason. */
  async next(): Promise<void> {
    if (this.signal === undefined) return;
    throwIfAborted(this.signal);
    if (performance.now() - this.#begin < LONGEST_TURN) return;
    await setImmediate();
    this.#begin = performance.now();
    throwIfAborted(this.signal);
  }
}

/** As `Turns`, within work that yields what it waits for. */
export class Pauses {
  #begin = performance.now();

  /** To be called between two pieces. */
  *next(): Waits<void> {
    if (performance.now() - this.#begin < LONGEST_TURN) return;
    yield setImmediate();
    this.#begin = performance.now();
  }
}
