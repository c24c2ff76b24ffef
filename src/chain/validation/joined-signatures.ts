import { unlessAborted } from "../../util/waits.js";
import { SignatureBatch } from "../signatures/batch.js";
import type { Verify } from "./signature-checks.js";

/** Checks that are begun together, or one batch more: some eight tipsets, whose miners are often the same. */
const MOST_CHECKS = 192;

/**
 * Batches are checked by so many threads. Those that come meanwhile are the next ones, all together: the more there are,
 * the less each costs.
 */
export function joinedSignatures(threads: number): Verify {
  const queue: Waiting[] = [];
  let isBusy = false;

  async function work(): Promise<void> {
    isBusy = true;
    for (let some = taken(queue); some.length > 0; some = taken(queue)) await verifyAll(some, threads);
    isBusy = false;
  }

  return (batch, signal) => {
    const verdict = new Promise<readonly number[]>((resolve, reject) => {
      queue.push({ batch, signal, resolve, reject });
    });
    if (!isBusy) void work();
    return unlessAborted(verdict, signal);
  };
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
    const wrong = await all.verify({ threads });
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
