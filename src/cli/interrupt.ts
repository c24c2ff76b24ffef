/** The user has pressed Ctrl-C. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

/**
 * Does work that Ctrl-C ends: the first one aborts its signal, and it stops with what it has done in order. A second
 * one ends the process, as always.
 *
 * @throws `Interrupted`, and what the work throws
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Interrupted());
  process.once("SIGINT", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop);
  }
}

/** Resolves once somebody wants the process to end: Ctrl-C or SIGTERM. A second signal ends it, as always. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

/** Does work that goes on until somebody wants it to end, as `untilStopped` has it. Throws what the work throws. */
export async function untilInterruptedOrStopped(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  void untilStopped().then(() => controller.abort(new Interrupted()));
  try {
    await work(controller.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}
