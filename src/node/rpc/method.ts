/** A method of the JSON-RPC: data from which dispatch, checks and the OpenRPC document are made. */
import type { Schema } from "./schema.js";

/** A path of the API, as Lotus has them: `/rpc/v0`, `/rpc/v1`, `/rpc/v2`. */
export type ApiVersion = "v0" | "v1" | "v2";

/** A parameter by its place. */
export interface Param<T = unknown> {
  readonly name: string;
  readonly schema: Schema<T>;
  /**
   * `always`: may be left out; `byDefault`: Lotus insists on it, and so `--lotus` does; `ours`: Lotus does not have it,
   * and `--lotus` neither.
   */
  readonly optional?: "always" | "byDefault" | "ours";
}

export function required<T>(name: string, schema: Schema<T>): Param<T> {
  return { name, schema };
}

/** A parameter that may be left out or null, with Lotus too. */
export function optional<T>(name: string, schema: Schema<T>): Param<T | undefined> {
  return { name, schema, optional: "always" };
}

/** A parameter that may be left out or null, but not with `--lotus`. */
export function lenient<T>(name: string, schema: Schema<T>): Param<T | undefined> {
  return { name, schema, optional: "byDefault" };
}

/** A parameter that Lotus does not have. */
export function extra<T>(name: string, schema: Schema<T>): Param<T | undefined> {
  return { name, schema, optional: "ours" };
}

/** Parameters that a method has. */
export function paramsOf({ params }: Pick<Method<never>, "params">, lotus: boolean): readonly Param[] {
  return lotus ? params.filter(({ optional }) => optional !== "ours") : params;
}

/** Values of go-jsonrpc's channel: `xrpc.ch.val` to a WebSocket, until either side ends it. */
export interface Channel {
  /** The result of the method that opens it. */
  readonly id: number;
  send(value: unknown): void;
  close(): void;
  /** Called once: it was closed, cancelled by the caller, or the connection is gone. */
  onClose(listener: () => void): void;
}

/** A connection that can be pushed to. Its buffer is bounded: a reader too slow for it is disconnected. */
export interface Connection {
  /** A message that nobody has asked for. After the end it does nothing. */
  notify(method: string, params: unknown): void;
  /** Answers a function that takes the listener off. A connection that has ended calls it at once. */
  onClose(listener: () => void): () => void;
}

/** Who calls a method, and on what. `N`: the parts of a node that the method needs. */
export interface CallContext<N> {
  readonly node: N;
  /** Path of the API that it came by. */
  readonly version: ApiVersion;
  /** Absent over HTTP. */
  readonly connection?: Connection;
  /** Opens a channel for this call; absent where `connection` is. */
  readonly openChannel?: () => Channel;
  /** Aborted when the caller has gone or the node stops. */
  readonly signal: AbortSignal;
  /** Whether answers are Lotus's to the letter (`--lotus`), without the departures. */
  readonly lotus: boolean;
}

/** A method, as the dispatcher sees it. */
export interface Method<N> {
  /** With its namespace, such as `eth_getBalance` or `Filecoin.ChainHead`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line. */
  readonly summary: string;
  readonly params: readonly Param[];
  readonly result: Schema;
  /** Needs a connection that can be pushed to, by notifications or through a channel. */
  readonly push?: "notifications" | "channel";
  /** Absent: all of them. */
  readonly versions?: readonly ApiVersion[];
  /** Lotus does not have it, and `--lotus` hides it. */
  readonly ours?: boolean;
  /** The answer as JSON holds it; bigints become numbers. Throws `RpcError`, or `FvmError` for bad input. */
  readonly call: (context: CallContext<N>, ...values: never[]) => unknown;
}

/** Values of parameters. */
export type ParamValues<P extends readonly Param[]> = {
  [I in keyof P]: P[I] extends Param<infer T> ? T : never;
};

/** A method whose handler takes the types of its parameters. */
export type MethodDeclaration<N, P extends readonly Param[]> = Omit<Method<N>, "params" | "call"> & {
  readonly params: P;
  readonly call: (context: CallContext<N>, ...values: ParamValues<P>) => unknown;
};

/** `defineMethod` for methods that need `N` of a node. */
export function methodsOf<N>() {
  return <const P extends readonly Param[]>(method: MethodDeclaration<N, P>): Method<N> =>
    method as unknown as Method<N>;
}
