/** Requests as text or as calls in the process; answers as text with the status that HTTP gives them. */
import { calls, NO_OUTCOME } from "../../telemetry/operations.js";
import { asRpcError, isAnswer, RpcError, rpcCode } from "./errors.js";
import { jsonOf, parseJson } from "./json.js";
import type { ApiVersion, CallContext, Channel, Connection } from "./method.js";
import { readParams } from "./params.js";
import { type Id, type Request, readRequest } from "./request.js";
import type { MethodTable } from "./table.js";

/** The caller. */
export interface Caller {
  readonly version: ApiVersion;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  readonly connection?: Connection;
  readonly openChannel?: (id: Id | undefined) => Channel;
}

/** Text to send, empty if there is nothing to say, and its status: by default 200 for all that has an answer. */
export interface Reply {
  readonly status: 200 | 400 | 500;
  readonly text: string;
}

export interface DispatcherOptions<N> {
  readonly node: N;
  readonly table: MethodTable<N>;
  readonly lotus: boolean;
  /** Told of errors that are no answer: faults of ours. */
  readonly onFault?: (method: string, error: unknown) => void;
}

const PROTOCOL_ERRORS: ReadonlySet<number> = new Set([
  rpcCode.parseError,
  rpcCode.methodNotFound,
  rpcCode.invalidParams,
  rpcCode.internalError,
]);

/** Most requests in a batch. */
const MOST_REQUESTS = 10_000;

/** Longest answer to a batch, in characters; what comes after it is refused. */
const LONGEST_BATCH_ANSWER = 100 * 2 ** 20;

export class Dispatcher<N> {
  constructor(readonly options: DispatcherOptions<N>) {}

  /** Calls a method. Throws `RpcError`. */
  async call(name: string, params: unknown, caller: Caller): Promise<unknown> {
    try {
      return await this.#prepare(name, params, caller, undefined)();
    } catch (error) {
      throw this.#answerFor(name, error, caller);
    }
  }

  /** Answers the text of a request or of a batch; never throws. */
  async answer(text: string, caller: Caller): Promise<Reply> {
    if (text.trim() === "") return INVALID_REQUEST;
    let body: unknown;
    try {
      body = parseJson(text);
    } catch {
      return PARSE_ERROR;
    }
    return Array.isArray(body) ? this.answerBatch(body, caller) : this.answerOne(body, caller);
  }

  /** Answers one request, parsed already. */
  async answerOne(body: unknown, caller: Caller): Promise<Reply> {
    return this.#answerRequest(readRequest(body), caller);
  }

  /** Answers requests one after the other, in their order. */
  async answerBatch(bodies: readonly unknown[], caller: Caller): Promise<Reply> {
    if (bodies.length === 0) return INVALID_REQUEST;
    if (bodies.length > MOST_REQUESTS)
      return errorReply(
        undefined,
        new RpcError(
          rpcCode.invalidRequest,
          `a batch of ${bodies.length} requests, more than ${MOST_REQUESTS}`,
        ),
      );
    const requests = bodies.map(readRequest);
    if (this.options.lotus && requests.some(({ refused }) => refused?.isRequest === false))
      return PARSE_ERROR;

    const texts: string[] = [];
    let length = 0;
    for (const request of requests) {
      const { text } = await this.#answerOfBatch(request, caller, length);
      if (text !== "") texts.push(text);
      length += text.length;
    }
    return { status: 200, text: texts.length === 0 ? "" : `[${texts.join(",")}]` };
  }

  async #answerOfBatch(request: Request, caller: Caller, length: number): Promise<Reply> {
    if (length > LONGEST_BATCH_ANSWER)
      return errorReply(
        request.id,
        new RpcError(rpcCode.limitExceeded, "the batch's answers before this one are too long"),
      );
    return this.#answerRequest(request, caller);
  }

  /** An obstacle to a call is answered even to a notification, as Lotus does. */
  async #answerRequest(request: Request, caller: Caller): Promise<Reply> {
    const { id, method, params, refused } = request;
    let call: () => Promise<unknown>;
    try {
      if (refused !== undefined) throw refused.error;
      call = this.#prepare(method, params, caller, id);
    } catch (error) {
      return errorReply(id, this.#answerFor(method, error, caller));
    }
    try {
      const result = await call();
      if (id === undefined) return SILENCE;
      return { status: 200, text: `{"id":${jsonOf(id)},"jsonrpc":"2.0","result":${jsonOf(result)}}\n` };
    } catch (error) {
      const answer = this.#answerFor(method, error, caller);
      return id === undefined ? SILENCE : errorReply(id, answer);
    }
  }

  /** The call of a method that is there, with parameters that fit. Throws `RpcError`. */
  #prepare(name: string, params: unknown, caller: Caller, id: Id | undefined): () => Promise<unknown> {
    const method = this.options.table.find(caller.version, name);
    if (method === undefined) throw new RpcError(rpcCode.methodNotFound, `method '${name}' not found`);
    if (method.push === "channel" && caller.openChannel === undefined)
      throw new RpcError(
        rpcCode.methodNotFound,
        `method '${name}' not supported in this mode (no out channel support)`,
      );
    const values = readParams(method, name, params, this.options.lotus);
    return async () => {
      if (method.push === "notifications" && caller.connection === undefined)
        throw new RpcError(rpcCode.failed, "connection doesn't support callbacks");
      const call = async () => method.call(this.#contextOf(caller, id), ...(values as never[]));
      return calls.isWatched ? calls.run({ method: name }, call, () => NO_OUTCOME) : call();
    };
  }

  /** The error that a caller gets. Faults of ours are told, unless nobody waits for the answer. */
  #answerFor(method: string, error: unknown, caller: Caller): RpcError {
    if (!isAnswer(error) && !caller.signal.aborted) this.options.onFault?.(method, error);
    return asRpcError(error, this.options.lotus);
  }

  #contextOf(caller: Caller, id: Id | undefined): CallContext<N> {
    const { node, lotus } = this.options;
    const { version, connection, openChannel, signal } = caller;
    return {
      node,
      version,
      lotus,
      signal,
      ...(connection !== undefined && { connection }),
      ...(openChannel !== undefined && { openChannel: () => openChannel(id) }),
    };
  }
}

const SILENCE: Reply = { status: 200, text: "" };
const INVALID_REQUEST = errorReply(undefined, new RpcError(rpcCode.invalidRequest, "Invalid request"));
const PARSE_ERROR = errorReply(undefined, new RpcError(rpcCode.parseError, "Parse error"));

function errorReply(id: Id | undefined, error: RpcError): Reply {
  return {
    status: statusOf(error.code),
    text: `{"error":${jsonOf(error)},"id":${jsonOf(id)},"jsonrpc":"2.0"}\n`,
  };
}

/** Status that Lotus gives the answer to a single request: errors of its methods are 200. */
function statusOf(code: number): Reply["status"] {
  if (code === rpcCode.invalidRequest) return 400;
  return PROTOCOL_ERRORS.has(code) ? 500 : 200;
}
