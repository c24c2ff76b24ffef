/** A WebSocket's end: requests, notifications, channels. Nothing that waits for its reader is unbounded. */
import type { WebSocket } from "ws";
import type { Caller, Dispatcher } from "../rpc/dispatch.js";
import { RpcError, rpcCode } from "../rpc/errors.js";
import { jsonOf, parseJson } from "../rpc/json.js";
import type { ApiVersion, Channel, Connection } from "../rpc/method.js";
import type { Id } from "../rpc/request.js";
import type { ServerLimits } from "./limits.js";

export interface SocketOptions<N> {
  readonly dispatcher: Dispatcher<N>;
  readonly limits: ServerLimits;
  readonly version: ApiVersion;
  /** Bytes that wait for the readers of all connections. */
  readonly waitingBytes: () => number;
}

/** A client's connection. Requests are executed at the same time, as Lotus does. */
export class SocketConnection<N> implements Connection {
  readonly #socket: WebSocket;
  readonly #options: SocketOptions<N>;
  readonly #calls = new Set<{ readonly id: unknown; readonly abort: AbortController }>();
  readonly #channels = new Map<number, SocketChannel>();
  readonly #listeners = new Set<() => void>();
  readonly #ping: NodeJS.Timeout;
  #notices: string[] = [];
  #noticesBytes = 0;
  #lastChannel = 0;
  #unanswered = 0;
  #silentPings = 0;
  #lastWaiting = 0;
  #isClosed = false;

  constructor(socket: WebSocket, options: SocketOptions<N>) {
    this.#socket = socket;
    this.#options = options;
    socket.on("message", (data) => this.#receive(data.toString()));
    socket.on("pong", () => {
      this.#unanswered = 0;
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => this.#end());
    this.#ping = setInterval(() => this.#sendPing(), options.limits.pingMs);
    this.#ping.unref();
  }

  notify(method: string, params: unknown): void {
    this.#notifyText(`{"jsonrpc":"2.0","method":${jsonOf(method)},"params":${jsonOf(params)}}`);
  }

  onClose(listener: () => void): () => void {
    if (this.#isClosed) {
      listener();
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says goodbye and ends its calls; `terminate` ends it at once. */
  close(reason: string): void {
    this.#abortCalls();
    this.#socket.close(1001, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Bytes that wait for the reader. */
  get waitingBytes(): number {
    return this.#noticesBytes + this.#socket.bufferedAmount;
  }

  /** Notifications go out after what is being answered, so that a subscription's id comes before its news. */
  #notifyText(text: string): void {
    if (this.#isClosed) return;
    this.#noticesBytes += Buffer.byteLength(text);
    if (this.#isTooSlow()) {
      this.#socket.terminate();
      return;
    }
    if (this.#notices.length === 0) setImmediate(() => this.#flush());
    this.#notices.push(text);
  }

  #isTooSlow(): boolean {
    const { waitingBytes, waitingBytesAtOnce } = this.#options.limits;
    const waiting = this.waitingBytes;
    if (waiting > waitingBytes) return true;
    // Whoever reads is not to suffer from those who do not.
    return waiting > waitingBytes / 64 && this.#options.waitingBytes() > waitingBytesAtOnce;
  }

  #flush(): void {
    const notices = this.#notices;
    this.#notices = [];
    this.#noticesBytes = 0;
    for (const text of notices) this.#send(text);
  }

  /** Answers were asked for, so more of them may wait; reading stops meanwhile. */
  #sendAnswer(text: string): void {
    if (this.#socket.bufferedAmount > this.#options.limits.waitingBytesAtOnce) this.#socket.terminate();
    else this.#send(text);
  }

  #send(text: string): void {
    if (!this.#isClosed && this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(text, () => this.#balance());
  }

  #receive(text: string): void {
    const { dispatcher } = this.#options;
    const { lotus } = dispatcher.options;
    const body = parsed(text);
    if (isObject(body)) {
      const { id, method, params } = body;
      if (method === "xrpc.cancel") {
        this.#cancel(params);
        return;
      }
      // Lotus takes what has no method for an answer, and answers no notification, whatever is wrong with it.
      if (lotus && (method === undefined || method === "")) return;
      const isSilent = lotus && (id === undefined || id === null);
      this.#answer(id, async (caller) => silence(isSilent, await dispatcher.answerOne(body, caller)));
    } else if (!lotus) {
      // Lotus drops such a frame.
      this.#answer(undefined, (caller) =>
        Array.isArray(body) ? dispatcher.answerBatch(body, caller) : dispatcher.answer(text, caller),
      );
    }
  }

  #answer(id: unknown, ask: (caller: Caller) => Promise<{ readonly text: string }>): void {
    const { dispatcher, version } = this.#options;
    const call = { id, abort: new AbortController() };
    this.#calls.add(call);
    this.#balance();
    const caller: Caller = {
      version,
      signal: call.abort.signal,
      connection: this,
      openChannel: (request) => this.#openChannel(request),
    };
    ask(caller)
      .then(({ text }) => {
        if (text !== "") this.#sendAnswer(text.trimEnd());
      })
      .catch((error: unknown) => dispatcher.options.onFault?.("WebSocket", error))
      .finally(() => {
        this.#calls.delete(call);
        this.#balance();
      });
  }

  #openChannel(id: Id | undefined): Channel {
    const most = this.#options.limits.channels;
    if (this.#channels.size >= most) throw new RpcError(rpcCode.failed, `more than ${most} channels`);
    this.#lastChannel += 1;
    const channel = new SocketChannel(this.#lastChannel, id, (method, params) => this.notify(method, params));
    this.#channels.set(channel.id, channel);
    channel.onClose(() => this.#channels.delete(channel.id));
    if (this.#isClosed) channel.end();
    return channel;
  }

  #cancel(params: unknown): void {
    const id: unknown = Array.isArray(params) ? params[0] : undefined;
    if (id === undefined || id === null) return;
    for (const call of this.#calls) if (call.id === id) call.abort.abort(gone("cancelled"));
    for (const channel of [...this.#channels.values()]) if (channel.request === id) channel.close();
  }

  /** Reads on, or not: while much waits to be answered or to be read. */
  #balance(): void {
    const { requestsAtOnce, waitingBytes } = this.#options.limits;
    const isFull = this.#calls.size >= requestsAtOnce || this.#socket.bufferedAmount > waitingBytes;
    if (isFull && !this.#socket.isPaused) this.#socket.pause();
    if (!isFull && this.#socket.isPaused) this.#socket.resume();
  }

  /** A client that neither answers pings nor takes what waits for it is gone. */
  #sendPing(): void {
    const { pingMs, idleAnswerMs } = this.#options.limits;
    const waiting = this.#socket.bufferedAmount;
    // A paused socket sees no pongs.
    const isSilent = this.#socket.isPaused
      ? waiting > 0 && waiting >= this.#lastWaiting
      : this.#unanswered > 0;
    this.#silentPings = isSilent ? this.#silentPings + 1 : 0;
    this.#lastWaiting = waiting;
    this.#unanswered += 1;
    if (this.#silentPings * pingMs >= idleAnswerMs) this.#socket.terminate();
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #abortCalls(): void {
    for (const { abort } of this.#calls) abort.abort(gone("the caller has gone"));
  }

  #end(): void {
    this.#isClosed = true;
    clearInterval(this.#ping);
    this.#notices = [];
    this.#abortCalls();
    for (const channel of [...this.#channels.values()]) channel.end();
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

function silence<R extends { readonly text: string }>(
  isSilent: boolean,
  reply: R,
): { readonly text: string } {
  return isSilent ? { text: "" } : reply;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function gone(text: string): DOMException {
  return new DOMException(text, "AbortError");
}

class SocketChannel implements Channel {
  readonly #notify: (method: string, params: unknown) => void;
  readonly #listeners: (() => void)[] = [];
  #isOpen = true;

  constructor(
    readonly id: number,
    readonly request: Id | undefined,
    notify: (method: string, params: unknown) => void,
  ) {
    this.#notify = notify;
  }

  send(value: unknown): void {
    if (this.#isOpen) this.#notify("xrpc.ch.val", [this.id, value]);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#notify("xrpc.ch.close", [this.id]);
    this.end();
  }

  /** Without a word: nobody is there to hear it. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const listener of this.#listeners) listener();
  }

  onClose(listener: () => void): void {
    if (this.#isOpen) this.#listeners.push(listener);
    else listener();
  }
}
