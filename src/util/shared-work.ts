import { neverAborted, throwIfAborted } from "./abort.js";
import { unlessAborted } from "./waits.js";

interface Run<T> {
  readonly answer: Promise<T>;
  /** Undefined: who began it does not give up. */
  readonly controller: AbortController | undefined;
  /** Callers that wait for it. */
  waiting: number;
}

/** Work that is done once, however many wait for it, and given up when nobody waits any more. */
export class SharedWork<K, T> {
  readonly #runs = new Map<K, Run<T>>();

  /**
   * The work's answer. Throws what the work throws, and the signal's reason.
   *
   * @param work its signal is aborted when nobody waits any more
   */
  async of(key: K, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    const run = this.#runs.get(key) ?? this.#begin(key, work, signal);
    run.waiting++;
    try {
      return await unlessAborted(run.answer, signal);
    } finally {
      if (--run.waiting === 0) this.#end(key, run);
    }
  }

  #begin(key: K, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Run<T> {
    const controller = signal === undefined || signal === neverAborted ? undefined : new AbortController();
    const run = { answer: work(controller?.signal ?? neverAborted), controller, waiting: 0 };
    this.#runs.set(key, run);
    const forget = () => {
      if (this.#runs.get(key) === run) this.#runs.delete(key);
    };
    run.answer.then(forget, forget);
    return run;
  }

  /** Gives up what has not ended: an error for those who would hear of it is dear. */
  #end(key: K, run: Run<T>): void {
    if (this.#runs.get(key) !== run) return;
    this.#runs.delete(key);
    run.controller?.abort();
  }
}
