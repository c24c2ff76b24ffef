/** A server with a few methods that show what the server does. */
import * as v from "valibot";
import { Dispatcher } from "../../../src/node/rpc/dispatch.js";
import { RpcError } from "../../../src/node/rpc/errors.js";
import { methodsOf, required } from "../../../src/node/rpc/method.js";
import { MethodTable } from "../../../src/node/rpc/table.js";
import { RpcServer, type ServerOptions } from "../../../src/node/server/server.js";

/** What the methods have seen. */
export interface Seen {
  /** Calls of `wait` that have begun. */
  waiting: number;
  /** Of these, calls that were aborted. */
  aborted: number;
  /** Subscriptions that are alive. */
  subscribers: number;
  /** Channels that are open. */
  channels: number;
  faults: string[];
  /** Sends to all subscribers and channels. */
  publish(value: unknown): void;
}

export interface Served extends AsyncDisposable {
  readonly server: RpcServer<Seen>;
  readonly seen: Seen;
  readonly url: string;
  readonly dispatcher: Dispatcher<Seen>;
}

const method = methodsOf<Seen>();

export async function serve(
  lotus: boolean,
  options: Partial<Omit<ServerOptions<Seen>, "dispatcher">> = {},
): Promise<Served> {
  const listeners = new Set<(value: unknown) => void>();
  const seen: Seen = {
    waiting: 0,
    aborted: 0,
    subscribers: 0,
    channels: 0,
    faults: [],
    publish: (value) => {
      for (const listener of listeners) listener(value);
    },
  };
  const methods = [
    method({ name: "eth_chainId", summary: "", params: [], result: v.string(), call: () => "0x1df5e76" }),
    method({
      name: "eth_getBalance",
      summary: "",
      params: [required("address", v.string()), required("block", v.string())],
      result: v.string(),
      call: () => "0x0",
    }),
    method({
      name: "echo",
      summary: "",
      params: [required("value", v.unknown())],
      result: v.unknown(),
      call: (_, value) => value,
    }),
    method({
      name: "refuse",
      summary: "",
      params: [],
      result: v.unknown(),
      call: () => {
        throw new RpcError(3, "execution reverted", "0x1234");
      },
    }),
    method({
      name: "breakDown",
      summary: "",
      params: [],
      result: v.unknown(),
      call: () => {
        throw new TypeError("a fault of ours");
      },
    }),
    method({
      name: "wait",
      summary: "",
      params: [],
      result: v.unknown(),
      call: ({ node, signal }) => {
        node.waiting += 1;
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            node.aborted += 1;
            reject(signal.reason);
          });
        });
      },
    }),
    method({
      name: "waitDeaf",
      summary: "",
      params: [],
      result: v.unknown(),
      call: ({ node }) => {
        node.waiting += 1;
        return new Promise(() => {});
      },
    }),
    method({
      name: "subscribe",
      summary: "",
      params: [],
      result: v.string(),
      push: "notifications",
      call: ({ node, connection }) => {
        const listener = (value: unknown) => connection?.notify("news", value);
        listeners.add(listener);
        node.subscribers += 1;
        connection?.onClose(() => {
          listeners.delete(listener);
          node.subscribers -= 1;
        });
        listener("first");
        return "0x1";
      },
    }),
    method({
      name: "watch",
      summary: "",
      params: [],
      result: v.number(),
      push: "channel",
      call: ({ node, openChannel }) => {
        const channel = openChannel?.();
        if (channel === undefined) throw new Error("no channel");
        const listener = (value: unknown) => channel.send(value);
        listeners.add(listener);
        node.channels += 1;
        channel.onClose(() => {
          listeners.delete(listener);
          node.channels -= 1;
        });
        listener("current");
        return channel.id;
      },
    }),
  ];
  const dispatcher = new Dispatcher<Seen>({
    node: seen,
    table: new MethodTable(methods, lotus),
    lotus,
    onFault: (name, error) => seen.faults.push(`${name}: ${String(error)}`),
  });
  const server = await RpcServer.listen({ dispatcher, port: 0, ...options });
  return { server, seen, url: server.url, dispatcher, [Symbol.asyncDispose]: () => server.close() };
}

/** Posts a body; the answer's status and text. */
export async function post(
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url, { method: "POST", body, headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

export function request(method: string, params: unknown = [], id: unknown = 1): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

/** Waits until it holds; fails after a while. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it does not come to hold");
}
