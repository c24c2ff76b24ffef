import { unlessAborted } from "../../util/waits.js";
import { SignatureBatch } from "../signatures/batch.js";
import type { Verify } from "./signature-checks.js";

/** Checks that are begun together, or one batch more: some twelve tipsets, whose miners are often the same. */
const MOST_CHECKS = 256;
/**
 * Batches that are enough to begin: of eight tipsets. Those who validate a chain stop after more than that, until the
 * first of them are checked.
 */
const ENOUGH_BATCHES = 16;
/** Milliseconds after which fewer are begun, too: the last ones of a chain. */
const PATIENCE = 100;

/**
 * Batches are checked by so many threads, all together that have come by then: the more there are, the less each costs. So
 * the first ones wait a little for others.
 *
 * The calling thread is one of them. If it left all to others, these would take turns with the thread that executes, on the
 * same core, while its own has nothing to do.
 */
export function joinedSignatures(threads: number): JoinedSignatures {
  const queue: Waiting[] = [];
  let isBusy = false;
  let isHurried = false;
  let begin = (): void => undefined;

  async function enough(): Promise<void> {
    if (isHurried || queue.length >= ENOUGH_BATCHES) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      begin = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function work(): Promise<void> {
    isBusy = true;
    while (queue.length > 0) {
      await enough();
      await verifyAll(taken(queue), threads);
    }
    isBusy = false;
  }

  const verify: Verify = (batch, signal) => {
    const verdict = new Promise<readonly number[]>((resolve, reject) => {
      queue.push({ batch, signal, resolve, reject });
    });
    if (!isBusy) void work();
    if (queue.length >= ENOUGH_BATCHES) begin();
    return unlessAborted(verdict, signal);
  };
  return {
    verify,
    hurry() {
      isHurried = true;
      begin();
    },
  };
}

/** Checks that are made together. */
export interface JoinedSignatures {
  readonly verify: Verify;
  /** Nobody is waited for any more. */
  hurry(): void;
}

interface Waiting {
  readonly batch: SignatureBatch;
  readonly signal: AbortSignal | undefined;
  resolve(wrong: readonly number[]): void;
  reject(error: unknown): void;
}

/** The first ones for whom somebody waits, out of the queue. */
function taken(queue: Waiting[]): Waiting[] {
  const some: Waiting[] = [];
  let checks = 0;
  while (checks < MOST_CHECKS) {
    const next = queue.shift();
    if (next === undefined) break;
    if (next.signal?.aborted === true) continue;
    some.push(next);
    checks += next.batch.size;
  }
  return some;
}

/** Never rejects. */
async function verifyAll(some: readonly Waiting[], threads: number): Promise<void> {
  try {
    const all = SignatureBatch.joined(some.map(({ batch }) => batch));
    const wrong = await all.verifyBy({ pool: threads - 1, here: true });
    let first = 0;
    for (const { batch, resolve } of some) {
      const [start, end] = [first, first + batch.size];
      resolve(wrong.filter((place) => place >= start && place < end).map((place) => place - start));
      first = end;
    }
  } catch (error) {
    for (const { reject } of some) reject(error);
  }
}
