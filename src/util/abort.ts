interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back once when the signal is aborted, at once if it is already; returns how to take that back. All
 * that wait for a signal share one listener, which goes with the last of them: a server has one signal for
 * thousands of messages, and Node warns of more than ten listeners.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  const { callbacks } = waiting.get(signal) ?? listen(signal);
  // A function of its own: the same callback may wait twice.
  const entry = () => callback();
  callbacks.add(entry);
  return () => {
    if (callbacks.delete(entry) && callbacks.size === 0) stopListening(signal);
  };
}

/**
 * A signal that nobody aborts, for work that nobody gives up: what has a signal lets the event loop turn. Waits for it
 * cost nothing.
 */
export const neverAborted: AbortSignal = new AbortController().signal;

/** Throws the reason of a signal that is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw signal.reason;
}

function listen(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    stopListening(signal);
    const called = [...callbacks];
    callbacks.clear();
    for (const callback of called) callback();
  };
  const made = { callbacks, listener };
  waiting.set(signal, made);
  signal.addEventListener("abort", listener, { once: true });
  return made;
}

function stopListening(signal: AbortSignal): void {
  const known = waiting.get(signal);
  if (known === undefined) return;
  signal.removeEventListener("abort", known.listener);
  waiting.delete(signal);
}
