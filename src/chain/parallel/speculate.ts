import type { PlacedMessage } from "../../vm/parallel/placed-message.js";
import type { Speculator } from "../../vm/parallel/speculator.js";
import type { PlaceTest, SharedTipset } from "./shared-tipset.js";

/** A speculator as the threads use it. */
export type Speculation = Pick<Speculator, "execute" | "learn" | "keep">;

/** The message at a place. Throws `FvmError` INVALID_MESSAGE. */
export type MessageAt = (place: number) => PlacedMessage;

/** A signal that is aborted when a tipset is over. */
export function overSignal(tipset: SharedTipset): AbortSignal {
  const over = new AbortController();
  void tipset.untilOver().then(() => over.abort());
  return over.signal;
}

/**
 * Executes places of a tipset as long as there are some.
 *
 * @param over ends it
 * @param ignores places that do not wait for others
 */
export async function speculateAll(
  tipset: SharedTipset,
  speculation: Speculation,
  messageAt: MessageAt,
  over: AbortSignal,
  ignores?: PlaceTest,
): Promise<void> {
  while (!tipset.isOver) {
    const { readiness } = tipset;
    const place = tipset.claim(ignores);
    if (place === "none") return;
    if (place === "waits") await tipset.untilReady(readiness);
    else if (!(await speculate(tipset, speculation, messageAt, place, over))) return;
  }
}

/**
 * Executes a place that this thread has claimed, on what is known by now. False: there is no use in going on. Whatever
 * goes wrong, the main thread will meet at its turn, if it is so.
 */
export async function speculate(
  tipset: SharedTipset,
  speculation: Speculation,
  messageAt: MessageAt,
  place: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (const [other, effect] of tipset.news()) {
      if (tipset.isFollowed(other)) speculation.learn(other, effect);
    }
    const effect = await speculation.execute(messageAt(place), signal);
    if (effect === undefined) {
      tipset.giveUp(place);
      return true;
    }
    if (tipset.isFollowed(place)) speculation.keep(place);
    return tipset.executed(place, effect);
  } catch {
    tipset.giveUp(place);
    return false;
  }
}
