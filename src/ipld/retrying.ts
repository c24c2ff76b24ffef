import type { Waits } from "../util/waits.js";
import { MissingBlock } from "./blocks.js";

/** Does a step again until no block is missing. @param undo what the step did before it had to wait */
export function* retrying<T>(step: () => T, undo?: () => void): Waits<T> {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof MissingBlock)) throw error;
      undo?.();
      yield error.pending;
    }
  }
}
