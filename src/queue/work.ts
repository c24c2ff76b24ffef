import { setTimeout } from "node:timers/promises";
import { FvmError } from "../errors.js";
import { ThreadPool } from "../threads/thread-pool.js";
import { BoundedMap } from "../util/bounded-map.js";
import { isArray, isFlag, isFunction, isObject, isSignal, optional, within } from "../util/check.js";
import { type Checks, checkedOptionsOnly } from "../util/options.js";
import { codeVersion } from "./code-version.js";
import type { RangeJob, RangeOutcome, RangeResult } from "./job.js";
import type { JobQueue } from "./job-queue.js";
import { memberName } from "./member.js";
import type { RangeTask, RangeThreadData } from "./range-thread.js";

/** Milliseconds after which a worker says again that it is there. */
const ANNOUNCE_EVERY = 5000;
/** Parts of indexes in memory, at least: those of a few ranges next to each other. */
const CHUNKS_KEPT = 64;
const MOST_SLOTS = 1024;

/** Counts of a worker's work so far. */
export interface WorkerTotals {
  /** Ranges that are done. */
  ranges: number;
  /** Times that a range has failed. */
  failures: number;
  /** Ranges for which a block was missing. */
  missing: number;
  /** Ranges with a difference. */
  differences: number;
  tipsets: number;
  messages: number;
  /** Gas of receipts. */
  gas: bigint;
  /** Milliseconds in which a range was done, of all slots. */
  busyMs: number;
  /** Ranges at work now. */
  active: number;
}

/** Options of `runWorker`. */
export interface WorkerOptions {
  /** Places of blocks, in the order in which they are looked for: folders, CAR files, URLs. */
  readonly stores: readonly string[];
  /** Ranges that are done at the same time, each on a thread of its own. Default 1. */
  readonly slots?: number;
  /** Whether blocks are fetched ahead from stores with latency. Default: yes. */
  readonly prefetch?: boolean;
  /** Files of modules for `mapTipsets`, by the names under which they are asked for. Default: none. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Ends the worker: ranges at hand go back to the queue. */
  readonly signal?: AbortSignal;
  /** Called when something of it changes. */
  readonly onTotals?: (totals: Readonly<WorkerTotals>) => void;
  /** Told why a range has failed, which is then tried again. */
  readonly onFailure?: (job: RangeJob, error: unknown) => void;
}

const CHECKS: Checks<WorkerOptions> = {
  stores: isArray,
  slots: optional(within(1, MOST_SLOTS)),
  prefetch: optional(isFlag),
  modules: optional(isObject),
  signal: optional(isSignal),
  onTotals: optional(isFunction),
  onFailure: optional(isFunction),
};

/**
 * Does ranges of a queue until the signal is aborted. They are executed on threads, so this one is free to tell the queue
 * that they are in good hands.
 *
 * @throws FvmError INVALID_OPTION; QUEUE_VERSION if all who want something done have another version of the code; as the
 * stores; what the queue throws
 */
export async function runWorker(queue: JobQueue, options: WorkerOptions): Promise<void> {
  const {
    stores,
    slots = 1,
    prefetch = true,
    modules = {},
    signal,
    ...events
  } = checkedOptionsOnly(options, CHECKS);
  await checkVersion(queue);
  const data: RangeThreadData = { stores, prefetch, modules };
  const script = new URL("./range-thread.js", import.meta.url);
  const pool = new ThreadPool<RangeTask, RangeOutcome>({ script, threads: slots, data });
  const stop = new AbortController();
  const ending = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const name = memberName();
  const announcing = announce(queue, name, slots, ending);
  try {
    // Stores that cannot be opened are not found out by a job.
    await pool.start(ending);
    const worker = new RangeWorker(queue, pool, name, events);
    await queue.work({
      slots,
      perform: (job, heard) => worker.perform(job as RangeJob, heard),
      signal: ending,
    });
  } finally {
    stop.abort();
    await announcing;
    await pool.terminate();
  }
}

class RangeWorker {
  readonly #totals: WorkerTotals = {
    ranges: 0,
    failures: 0,
    missing: 0,
    differences: 0,
    tipsets: 0,
    messages: 0,
    gas: 0n,
    busyMs: 0,
    active: 0,
  };
  readonly #chunks = new BoundedMap<string, Uint8Array>(CHUNKS_KEPT);

  constructor(
    private readonly queue: JobQueue,
    private readonly pool: ThreadPool<RangeTask, RangeOutcome>,
    private readonly name: string,
    private readonly events: Pick<WorkerOptions, "onTotals" | "onFailure">,
  ) {}

  async perform(job: RangeJob, signal: AbortSignal): Promise<RangeResult> {
    const { code } = job;
    if (code !== codeVersion()) throw new FvmError("QUEUE_VERSION", { expected: code, found: codeVersion() });
    const began = performance.now();
    this.#change(({ active }) => ({ active: active + 1 }));
    try {
      const chunks = await Promise.all(job.index.map((chunk) => this.#chunk(chunk)));
      const outcome = await this.pool.run({ job, chunks }, "work", signal);
      this.#count(outcome);
      return { outcome, ms: performance.now() - began, worker: this.name };
    } catch (error) {
      if (!signal.aborted) {
        this.#change(({ failures }) => ({ failures: failures + 1 }));
        this.events.onFailure?.(job, error);
      }
      throw error;
    } finally {
      const ms = performance.now() - began;
      this.#change(({ active, busyMs }) => ({ active: active - 1, busyMs: busyMs + ms }));
    }
  }

  async #chunk(name: string): Promise<Uint8Array> {
    const known = this.#chunks.get(name);
    if (known !== undefined) return known;
    const data = await this.queue.shared(name);
    // Whoever wants the range done puts it there again.
    if (data === undefined) throw new Error(`the queue has lost a part of the chain's index, ${name}`);
    this.#chunks.set(name, data);
    return data;
  }

  #count(outcome: RangeOutcome): void {
    this.#change(({ ranges, missing }) =>
      outcome.kind === "missing" ? { ranges: ranges + 1, missing: missing + 1 } : { ranges: ranges + 1 },
    );
    if (outcome.kind === "missing") return;
    this.#change((totals) => ({
      tipsets: totals.tipsets + outcome.tipsets,
      messages: totals.messages + outcome.messages,
      gas: totals.gas + outcome.gas,
      differences: totals.differences + (outcome.difference === undefined ? 0 : 1),
    }));
  }

  #change(changes: (totals: WorkerTotals) => Partial<WorkerTotals>): void {
    Object.assign(this.#totals, changes(this.#totals));
    this.events.onTotals?.(this.#totals);
  }
}

/** Throws `FvmError` QUEUE_VERSION if there are coordinators, and none with this version of the code. */
async function checkVersion(queue: JobQueue): Promise<void> {
  const coordinators = (await queue.members()).filter(({ role }) => role === "coordinator");
  const [other] = coordinators;
  const found = codeVersion();
  if (other === undefined || coordinators.some(({ code }) => code === found)) return;
  throw new FvmError("QUEUE_VERSION", { expected: other.code, found });
}

async function announce(queue: JobQueue, name: string, slots: number, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) {
      await queue.announce({ name, role: "worker", code: codeVersion(), slots });
      await setTimeout(ANNOUNCE_EVERY, undefined, { signal });
    }
  } catch {
    // The end, or a queue that is closed: who works on it hears of that.
  }
}
