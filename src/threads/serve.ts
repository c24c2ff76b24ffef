/** The side of a worker thread. */
import { type MessagePort, workerData } from "node:worker_threads";
import { type Failure, failureOf } from "./failure.js";

/** Data that a thread begins with. */
export interface ThreadData {
  /** Not the thread's `parentPort`, which belongs to whoever else runs in it. */
  readonly port: MessagePort;
  readonly data: unknown;
}

/** To a thread: get ready; do a task; end what you have begun, since there will be no more tasks. */
export type Request =
  | { readonly kind: "start" }
  | { readonly kind: "task"; readonly task: unknown }
  | { readonly kind: "close" };

export type Reply =
  | { readonly value: unknown }
  /** `isStarted`: whether the thread can do other tasks. */
  | { readonly failure: Failure; readonly isStarted: boolean };

/** A request or a reply to it, with the request's number. Messages are lists of them. */
export type Numbered<T> = readonly [number: number, content: T];

/** The part of a thread that knows what its tasks are. */
export interface Server<Task> {
  perform(task: Task): unknown;
  /** Called after the last task of a pool that is closed; a thread that is terminated does not get here. */
  close?(): Promise<void>;
}

/**
 * Does tasks in this thread: a pool gives it one at a time, a `ServiceThread` as many as it likes, which begin in their
 * order.
 *
 * @param start makes what does them out of the thread's data
 */
export function serve<Data, Task>(start: (data: Data) => Promise<Server<Task>>): void {
  const { port, data } = workerData as ThreadData;
  const starting = start(data as Data);
  // Who waits for the first task hears of it.
  starting.catch(() => undefined);
  let isStarted = false;

  const replyTo = async (request: Request): Promise<Reply> => {
    const server = await starting;
    isStarted = true;
    return { value: await answerTo(request, server) };
  };
  const send = replySender(port, () => isStarted);
  port.on("message", (requests: readonly Numbered<Request>[]) => {
    for (const [number, request] of requests) {
      void replyTo(request)
        .catch((error: unknown): Reply => ({ failure: failureOf(error), isStarted }))
        .then((reply) => send([number, reply]));
    }
  });
}

/** Sends replies of a turn of the event loop in one message. */
function replySender(port: MessagePort, isStarted: () => boolean): (reply: Numbered<Reply>) => void {
  let unsent: Numbered<Reply>[] = [];
  const sendAll = () => {
    const replies = unsent;
    unsent = [];
    try {
      port.postMessage(replies);
    } catch {
      for (const reply of replies) sendOne(reply);
    }
  };
  const sendOne = (reply: Numbered<Reply>) => {
    try {
      port.postMessage([reply]);
    } catch (error) {
      // An answer that cannot be cloned.
      const failed: Numbered<Reply> = [reply[0], { failure: failureOf(error), isStarted: isStarted() }];
      port.postMessage([failed]);
    }
  };
  return (reply) => {
    if (unsent.push(reply) === 1) setImmediate(sendAll);
  };
}

function answerTo<Task>(request: Request, server: Server<Task>): unknown {
  switch (request.kind) {
    case "start":
      return undefined;
    case "task":
      return server.perform(request.task as Task);
    case "close":
      return server.close?.();
  }
}
