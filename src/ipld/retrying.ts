import { Pauses, type Waits } from "../util/waits.js";
import { MissingBlock } from "./block-access.js";

/** Does a step again until no block is missing. @param undo what the step did before it had to wait */
export function* retrying<T>(step: () => T, undo?: () => void): Waits<T> {
  for (;;) {
    try {
      return step();
    } catch (error) {
      const pending = arrivalOf(error);
      undo?.();
      yield pending;
    }
  }
}

/** As `retrying`; what becomes of a missing block, bad news too, is told to the caller, who may go on without it. */
export function* retryingInside<T>(step: () => T): Waits<T> {
  for (;;) {
    try {
      return step();
    } catch (error) {
      const failures: unknown[] = [];
      yield arrivalOf(error).catch((failure) => void failures.push(failure));
      if (failures.length > 0) throw failures[0];
    }
  }
}

/**
 * Takes all that an iterator gives which goes on where it was after it has thrown `MissingBlock`. Fails as
 * `retryingInside`.
 *
 * @param take false: that is enough
 */
export function* takingEach<C>(
  iterator: Iterator<C, undefined>,
  // biome-ignore lint/suspicious/noConfusingVoidType: most takers have nothing to say.
  take: (item: C) => boolean | void,
): Waits<void> {
  const pauses = new Pauses();
  for (;;) {
    const { done, value } = yield* retryingInside(() => iterator.next());
    if (done === true || take(value) === false) return;
    yield* pauses.next();
  }
}

/** The promise to await if a step failed because it has to wait; other errors are thrown on. */
export function arrivalOf(error: unknown): Promise<void> {
  if (error instanceof MissingBlock) return error.pending;
  throw error;
}
