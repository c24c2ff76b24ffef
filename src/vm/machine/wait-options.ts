import { isSignal, optional } from "../../util/check.js";
import type { Checks } from "../../util/options.js";

/** Options of what may have to wait. */
export interface WaitOptions {
  /** Ends the waiting for blockstore and externs. The machine can go on. */
  readonly signal?: AbortSignal;
}

export const WAIT_CHECKS: Checks<WaitOptions> = { signal: optional(isSignal) };
