import { FvmError } from "../errors.js";
import { errorOf } from "./failure.js";
import type { Numbered, Reply, Request } from "./serve.js";
import { lostThread, Thread, type ThreadOptions } from "./thread.js";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * A thread that is asked many things at the same time: it begins with them in their order, and answers when it likes. It
 * starts with the first one, and keeps the process alive while somebody waits for an answer. Questions of a turn of the
 * event loop are one message.
 */
export class ServiceThread<Task, Answer> {
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #unsent: Numbered<Request>[] = [];
  #thread: Thread | undefined;
  #asked = 0;
  #lost: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /**
   * Rejects with what the thread throws, `HostFault` WORKER_LOST if it has ended, and `FvmError` POOL_CLOSED.
   *
   * @param task copied; memory that threads share is shared
   */
  ask(task: Task): Promise<Answer> {
    if (this.#closing !== undefined) return Promise.reject(new FvmError("POOL_CLOSED", { operation: "ask" }));
    return this.#request({ kind: "task", task }) as Promise<Answer>;
  }

  /** Lets it close what it has, and ends it. Who still waits for an answer gets it, or POOL_CLOSED. Twice is once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#sendAll();
    const thread = this.#thread;
    if (thread === undefined) return;
    try {
      if (this.#lost === undefined) await this.#request({ kind: "close" });
    } finally {
      this.#rejectAll(new FvmError("POOL_CLOSED", { operation: "close" }));
      thread.terminate();
      await thread.ended;
    }
  }

  #request(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) throw this.#lost;
      const number = this.#asked++;
      this.#waiting.set(number, { resolve, reject });
      if (this.#unsent.push([number, request]) === 1) setImmediate(() => this.#sendAll());
    });
  }

  #sendAll(): void {
    const requests = this.#unsent;
    this.#unsent = [];
    if (requests.length === 0 || this.#lost !== undefined) return;
    try {
      this.#send(requests);
    } catch {
      for (const request of requests) this.#sendOne(request);
    }
  }

  #sendOne(request: Numbered<Request>): void {
    try {
      this.#send([request]);
    } catch (error) {
      // It cannot be cloned.
      const [number] = request;
      this.#waiting.get(number)?.reject(error);
      this.#waiting.delete(number);
    }
  }

  #send(requests: readonly Numbered<Request>[]): void {
    this.#thread ??= this.#newThread();
    this.#thread.begin(requests);
  }

  #newThread(): Thread {
    return new Thread(this.#options, {
      onReply: (reply, number) => this.#finish(reply, number),
      onExit: (code, error) => {
        this.#lost ??= lostThread(code, error);
        this.#rejectAll(this.#lost);
      },
    });
  }

  #finish(reply: Reply, number: number): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#thread?.rest();
    if ("value" in reply) waiting?.resolve(reply.value);
    else waiting?.reject(errorOf(reply.failure));
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
