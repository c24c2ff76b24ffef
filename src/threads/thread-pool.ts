import { basename } from "node:path";
import { FvmError } from "../errors.js";
import type { Begun } from "../telemetry/operation.js";
import { NO_OUTCOME, type TaskFacts, tasks, works } from "../telemetry/operations.js";
import { onAbort, throwIfAborted } from "../util/abort.js";
import { unlessAborted } from "../util/waits.js";
import { errorOf } from "./failure.js";
import type { Reply, Request } from "./serve.js";
import { lostThread, Thread, type ThreadOptions } from "./thread.js";

export interface ThreadPoolOptions extends ThreadOptions {
  readonly threads: number;
}

/** A promise's two ends. Settling it twice does nothing. */
interface Promised<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A request on its way. */
interface Job extends Promised<unknown> {
  readonly request: Request;
  /** Told to who watches; only of tasks. */
  readonly facts?: TaskFacts;
  work?: Begun<object>;
}

/**
 * Threads that do one task each at a time, in the order in which they were given. A thread is started when
 * a task waits for one, so one that is lost is replaced when it is needed, and never without a task that
 * hears of its failure.
 */
export class ThreadPool<Task, Answer> {
  readonly #options: ThreadPoolOptions;
  readonly #queue: Job[] = [];
  /** With what they do. */
  readonly #threads = new Map<Thread, Job | undefined>();
  /** Ends of all threads, also of those that were given up and end in their own time. */
  readonly #ending = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;
  #whenIdle: Promised<void> | undefined;

  readonly #name: string;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#name = basename(options.script.pathname).replace(/\.[cm]?[jt]s$/, "");
  }

  /** Tasks that wait for a thread. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Tasks that a thread is at. */
  get running(): number {
    return [...this.#threads.values()].filter((job) => job !== undefined).length;
  }

  /** Threads, started or not, that have nothing to do. */
  get idle(): number {
    if (this.#closing !== undefined) return 0;
    return Math.max(0, this.#options.threads - this.running - this.queued);
  }

  /** Starts all threads, and waits until they can work. Rejects as `run`. */
  async start(signal?: AbortSignal): Promise<void> {
    const { threads } = this.#options;
    const started = () => this.#enqueue({ kind: "start" }, "start", signal);
    await Promise.all(Array.from({ length: threads }, started));
  }

  /**
   * Does a task. Rejects with what it throws, `HostFault` WORKER_LOST if its thread ends, the signal's
   * reason, and `FvmError` POOL_CLOSED. A task that is aborted while a thread is at it ends the thread.
   */
  run(task: Task, operation: string, signal?: AbortSignal): Promise<Answer> {
    const request: Request = { kind: "task", task };
    if (!tasks.isWatched && !works.isWatched)
      return this.#enqueue(request, operation, signal) as Promise<Answer>;
    const facts: TaskFacts = { pool: this.#name };
    const run = () => this.#enqueue(request, operation, signal, facts) as Promise<Answer>;
    return tasks.run(facts, run, () => NO_OUTCOME);
  }

  /**
   * Rejects what waits, lets threads finish what they are at and close what they have, and ends them. Then it
   * rejects with the first failure of closing, if there is one. Each call has the same outcome.
   *
   * @param signal terminates the threads; the call rejects with its reason
   */
  async close(signal?: AbortSignal): Promise<void> {
    this.#closing ??= this.#end();
    try {
      await unlessAborted(this.#closing, signal);
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) await this.terminate();
      throw error;
    }
  }

  /** Ends all threads at once, whatever they are at. */
  terminate(): Promise<void> {
    this.#closing ??= Promise.resolve();
    const reason = new FvmError("POOL_CLOSED", { operation: "terminate" });
    for (const job of this.#queue.splice(0)) job.reject(reason);
    for (const [thread, job] of this.#threads) {
      job?.reject(reason);
      this.#drop(thread);
    }
    this.#whenIdle?.reject(reason);
    return Promise.all(this.#ending).then(() => undefined);
  }

  async #end(): Promise<void> {
    for (const job of this.#queue.splice(0)) job.reject(new FvmError("POOL_CLOSED", { operation: "close" }));
    try {
      await new Promise<void>((resolve, reject) => {
        this.#whenIdle = { resolve, reject };
        this.#dispatch();
      });
      await this.#closeThreads();
    } finally {
      await Promise.all(this.#ending);
    }
  }

  async #closeThreads(): Promise<void> {
    const closings = await Promise.allSettled([...this.#threads.keys()].map((thread) => this.#close(thread)));
    const failed = closings.find((closing) => closing.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** Lets an idle thread close what it has, and ends it. */
  async #close(thread: Thread): Promise<void> {
    try {
      await new Promise((resolve, reject) => {
        this.#give(thread, { request: { kind: "close" }, resolve, reject });
      });
    } finally {
      this.#drop(thread);
    }
  }

  #enqueue(
    request: Request,
    operation: string,
    signal: AbortSignal | undefined,
    facts?: TaskFacts,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closing !== undefined) throw new FvmError("POOL_CLOSED", { operation });
      throwIfAborted(signal);
      let forget = (): void => undefined;
      const job: Job = {
        request,
        ...(facts && { facts }),
        resolve(value) {
          forget();
          job.work?.succeed(NO_OUTCOME);
          resolve(value);
        },
        reject(error) {
          forget();
          job.work?.fail(error);
          reject(error);
        },
      };
      if (signal !== undefined) {
        forget = onAbort(signal, () => {
          job.reject(signal.reason);
          this.#giveUp(job);
        });
      }
      this.#queue.push(job);
      this.#dispatch();
    });
  }

  /** Gives waiting tasks to threads. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      const idle = this.#idle();
      if (idle === undefined && this.#threads.size >= this.#options.threads) return;
      const job = this.#queue.shift();
      if (job === undefined) return;
      try {
        this.#give(idle ?? this.#newThread(), job);
      } catch (error) {
        // The task cannot be cloned.
        job.reject(error);
      }
    }
    if (this.running === 0) this.#whenIdle?.resolve();
  }

  /** Throws if the task cannot be cloned. */
  #give(thread: Thread, job: Job): void {
    thread.begin([[0, job.request]]);
    this.#threads.set(thread, job);
    if (job.facts !== undefined) job.work = works.begin({ task: job.facts, thread: thread.id });
  }

  #idle(): Thread | undefined {
    for (const [thread, job] of this.#threads) if (job === undefined) return thread;
    return undefined;
  }

  #newThread(): Thread {
    const thread: Thread = new Thread(this.#options, {
      onReply: (reply) => this.#finish(thread, reply),
      onExit: (code, error) => this.#lose(thread, code, error),
    });
    this.#threads.set(thread, undefined);
    this.#ending.add(thread.ended);
    void thread.ended.then(() => this.#ending.delete(thread.ended));
    return thread;
  }

  #finish(thread: Thread, reply: Reply): void {
    const job = this.#threads.get(thread);
    // Nobody waits any more.
    if (job === undefined) return;
    this.#threads.set(thread, undefined);
    thread.rest();
    if ("value" in reply) {
      job.resolve(reply.value);
    } else {
      job.reject(errorOf(reply.failure));
      if (!reply.isStarted) this.#drop(thread);
    }
    this.#dispatch();
  }

  #lose(thread: Thread, code: number, error: unknown): void {
    if (!this.#threads.has(thread)) return;
    const job = this.#threads.get(thread);
    this.#threads.delete(thread);
    const lost = lostThread(code, error);
    const isExpected = this.#closing !== undefined;
    if (job !== undefined) job.reject(lost);
    else if (!isExpected) {
      process.emitWarning(`a worker thread ended between two tasks: ${lost.details.text}`);
    }
    this.#dispatch();
  }

  #giveUp(job: Job): void {
    const at = this.#queue.indexOf(job);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      return;
    }
    for (const [thread, current] of this.#threads) if (current === job) this.#drop(thread);
    this.#dispatch();
  }

  /** Its place is free at once; it may take a while to end. */
  #drop(thread: Thread): void {
    this.#threads.delete(thread);
    thread.terminate();
  }
}
