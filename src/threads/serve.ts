/** The side of a worker thread of `ThreadPool`. */
import { type MessagePort, workerData } from "node:worker_threads";
import { type Failure, failureOf } from "./failure.js";

/** What a thread is given. */
export interface ThreadData {
  /** Not the thread's `parentPort`, which belongs to whoever else runs in it. */
  readonly port: MessagePort;
  readonly data: unknown;
}

/** From the pool. Without a task the thread only gets ready. */
export interface Request {
  readonly task?: unknown;
}

export type Reply =
  | { readonly value: unknown }
  /** `isStarted`: whether the thread can do other tasks. */
  | { readonly failure: Failure; readonly isStarted: boolean };

/**
 * Does the pool's tasks in this thread, one at a time.
 *
 * @param start makes what does them out of the pool's data
 */
export function serve<Data, Task>(start: (data: Data) => Promise<(task: Task) => unknown>): void {
  const { port, data } = workerData as ThreadData;
  const starting = start(data as Data);
  // Who waits for the first task hears of it.
  starting.catch(() => undefined);
  let isStarted = false;

  const replyTo = async (request: Request): Promise<Reply> => {
    const perform = await starting;
    isStarted = true;
    return { value: "task" in request ? await perform(request.task as Task) : undefined };
  };
  port.on("message", (request: Request) => {
    void replyTo(request)
      .then((reply) => port.postMessage(reply))
      // Also of an answer that cannot be cloned.
      .catch((error: unknown) => port.postMessage({ failure: failureOf(error), isStarted } satisfies Reply));
  });
}
