import type { ResourceLimits, Worker } from "node:worker_threads";
import { HostFault } from "../errors.js";
import type { Numbered, Reply, Request, ThreadData } from "./serve.js";

/**
 * Mebibytes of V8's young generation in a thread; its default, 48, is what it keeps for good. What messages leave behind
 * dies long before, so collecting it more often takes no longer.
 */
const YOUNG_MEBIBYTES = 12;

export interface ThreadOptions {
  /** Its import in the thread calls `serve`. */
  readonly script: URL;
  /** For the function given to `serve`; copied to each thread. */
  readonly data: unknown;
  /** Limits of JavaScript in the thread. Default: those of the main thread, with a smaller young generation. */
  readonly resourceLimits?: ResourceLimits;
}

export interface ThreadEvents {
  /** @param number that of the request */
  onReply(reply: Reply, number: number): void;
  /** Once. `error`: what nobody caught, if anything. */
  onExit(code: number, error: unknown): void;
}

/** A worker thread. It keeps the process alive while it is busy, and only then. */
export class Thread {
  readonly #worker: Worker;
  readonly #send: (requests: readonly Numbered<Request>[]) => void;
  /** Fulfilled when it has ended. */
  readonly ended: Promise<void>;

  /** Node's number of it, as long as it lives. */
  get id(): number {
    return this.#worker.threadId;
  }

  /** Throws if `data` cannot be cloned. */
  constructor({ script, data, resourceLimits }: ThreadOptions, events: ThreadEvents) {
    // Slow to load, and many processes start none.
    const { MessageChannel, Worker } = process.getBuiltinModule("node:worker_threads");
    const { port1: here, port2: port } = new MessageChannel();
    const workerData: ThreadData = { port, data };
    this.#worker = new Worker(script, {
      workerData,
      transferList: [port],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES, ...resourceLimits },
    });
    this.#worker.unref();
    this.#send = (requests) => here.postMessage(requests);
    here.on("message", (replies: readonly Numbered<Reply>[]) => {
      for (const [number, reply] of replies) events.onReply(reply, number);
    });
    here.unref();
    let error: unknown;
    this.#worker.on("error", (reason) => {
      error = reason;
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        here.close();
        resolve();
        events.onExit(code, error);
      });
    });
  }

  /** Sends requests in one message: each wakes the thread, which costs more than most of them. Throws if one cannot be cloned. */
  begin(requests: readonly Numbered<Request>[]): void {
    this.#send(requests);
    this.#worker.ref();
  }

  /** Nothing waits for it any more. */
  rest(): void {
    this.#worker.unref();
  }

  /** Ends it in the middle of whatever it does. */
  terminate(): void {
    void this.#worker.terminate();
  }
}

/** The fault of a thread that has ended although somebody waits for it. @param error what nobody caught, if anything */
export function lostThread(code: number, error: unknown): HostFault<"WORKER_LOST"> {
  const text = error === undefined ? `exit code ${code}` : String(error);
  return new HostFault("WORKER_LOST", { text }, error === undefined ? {} : { cause: error });
}
