import type { ExecutionRequest } from "../../vm/executor/executor.js";
import type { PlaceTest, SharedTipset } from "./shared-tipset.js";
import type { Speculation } from "./speculation.js";

/** The message at a place. Throws `FvmError` INVALID_MESSAGE. */
export type RequestOf = (place: number) => ExecutionRequest;

/** Executes places of a tipset as long as there are some. @param ignores places that do not wait for others */
export async function speculateAll(
  tipset: SharedTipset,
  speculation: Speculation,
  requestOf: RequestOf,
  ignores?: PlaceTest,
): Promise<void> {
  while (!tipset.isOver) {
    const { readiness } = tipset;
    const place = tipset.claim(undefined, ignores);
    if (place === "none") return;
    if (place === "waits") await tipset.untilReady(readiness);
    else if (!(await speculate(tipset, speculation, requestOf, place))) return;
  }
}

/**
 * Executes a place that this thread has claimed, on what is known by now. False: there is no use in going on. Whatever
 * goes wrong, the main thread will meet at its turn, if it is so.
 */
export async function speculate(
  tipset: SharedTipset,
  speculation: Speculation,
  requestOf: RequestOf,
  place: number,
): Promise<boolean> {
  try {
    for (const [other, effect] of tipset.news()) speculation.learn(other, effect);
    const effect = await speculation.execute(place, requestOf(place));
    if (effect !== undefined) return tipset.executed(place, effect);
    tipset.giveUp(place);
    return true;
  } catch {
    tipset.giveUp(place);
    return false;
  }
}
