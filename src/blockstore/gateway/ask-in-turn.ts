import { setTimeout as wait } from "node:timers/promises";
import type { FvmError } from "../../errors.js";
import { unlessAborted } from "../../util/waits.js";
import { type Question, request } from "./request.js";

/** Milliseconds before the second attempt; each wait is twice as long as the one before. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 30_000;

/** How often is asked, and how long an answer may take. */
export interface Patience {
  readonly attempts: number;
  readonly timeoutMs: number;
}

/**
 * Asks servers one after the other, and again those whose failures may pass, with growing waits or those that they ask for.
 *
 * @returns undefined if all say that there is no such thing
 * @throws the last failure; the signal's reason
 */
export async function askInTurn<T>(
  questions: readonly Question<T>[],
  { attempts, timeoutMs }: Patience,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  let left = questions;
  let failure: FvmError | undefined;
  for (let attempt = 1; left.length > 0 && attempt <= attempts; attempt++) {
    const again: Question<T>[] = [];
    let waitMs = FIRST_WAIT * 2 ** (attempt - 1);
    for (const question of left) {
      const answer = await request(question, timeoutMs, signal);
      if (answer.kind === "done") return answer.value;
      if (answer.kind === "absent") continue;
      failure = answer.error;
      if (answer.isPassing) again.push(question);
      waitMs = Math.max(waitMs, answer.waitMs ?? 0);
    }
    left = again;
    const isLast = left.length === 0 || attempt === attempts;
    if (!isLast) await unlessAborted(wait(Math.min(waitMs, LONGEST_WAIT)), signal);
  }
  // One that failed might have had it.
  if (failure !== undefined) throw failure;
  return undefined;
}
