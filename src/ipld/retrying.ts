import type { Waits } from "../util/waits.js";
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

/** The promise to await if a step failed because it has to wait; other errors are thrown on. */
export function arrivalOf(error: unknown): Promise<void> {
  if (error instanceof MissingBlock) return error.pending;
  throw error;
}
