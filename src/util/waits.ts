import { FvmError } from "../errors.js";

/**
 * Work that is synchronous unless something it needs is not there: then it yields what must be awaited
 * before it goes on.
 */
export type Waits<T> = Generator<Promise<void>, T, void>;

/** The same as far as those that do the work need it: an object may be its own iterator. */
export type Steps<T> = Pick<Waits<T>, "next">;

/** Does the work, waiting where it must. @param signal ends the waiting */
export async function finish<T>(work: Steps<T>, signal?: AbortSignal): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    await unlessAborted(step.value, signal);
    step = work.next();
  }
  return step.value;
}

/** Does work that must not wait. Throws `FvmError` MUST_WAIT if it has to. */
export function finishNow<T>(work: Steps<T>, operation: string): T {
  const step = work.next();
  if (step.done === true) return step.value;
  // Nobody is interested any more.
  step.value.catch(() => undefined);
  throw new FvmError("MUST_WAIT", { operation });
}

async function unlessAborted(pending: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return pending;
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
