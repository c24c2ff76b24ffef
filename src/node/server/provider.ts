/** A provider for clients in the same process (EIP-1193): no sockets, the same answers. */
import { EventEmitter } from "node:events";
import type { Dispatcher } from "../rpc/dispatch.js";
import { jsonOf, parseJson } from "../rpc/json.js";
import type { Connection } from "../rpc/method.js";

type Caller = Pick<Dispatcher<never>, "call">;

/** A request of EIP-1193. */
export interface ProviderRequest {
  readonly method: string;
  readonly params?: unknown;
}

/** Notification of a subscription: what listeners to `message` get. */
export interface ProviderMessage {
  readonly type: string;
  readonly data: unknown;
}

interface ProviderEvents {
  message: [ProviderMessage];
  disconnect: [Error];
}

/** EIP-1193's provider. It emits `message` for subscriptions, and `disconnect` when the node has stopped. */
export class Provider extends EventEmitter<ProviderEvents> {
  readonly #dispatcher: Caller;
  readonly #end = new AbortController();
  readonly #connection: Connection;

  /** @internal */
  constructor(dispatcher: Caller) {
    super();
    this.#dispatcher = dispatcher;
    const { signal } = this.#end;
    // Each subscription waits for it.
    this.setMaxListeners(0);
    this.#connection = {
      notify: (method, params) => {
        const data = plain(params);
        // After the answer of the call that it belongs to.
        setImmediate(() => {
          if (!signal.aborted) this.emit("message", { type: method, data });
        });
      },
      onClose: (listener) => {
        if (signal.aborted) listener();
        else signal.addEventListener("abort", listener, { once: true });
        return () => signal.removeEventListener("abort", listener);
      },
    };
  }

  /** The result, as JSON would hold it. Throws `RpcError`, whose `code` and `data` are those of an answer. */
  async request({ method, params }: ProviderRequest): Promise<unknown> {
    const caller = { version: "v1", signal: this.#end.signal, connection: this.#connection } as const;
    return plain(await this.#dispatcher.call(method, plain(params), caller));
  }

  /** Ends calls and subscriptions. */
  close(): void {
    if (this.#end.signal.aborted) return;
    const reason = new DOMException("the node has stopped", "AbortError");
    this.#end.abort(reason);
    this.emit("disconnect", reason);
  }
}

/** A value as it comes out of JSON: neither side shares objects with the other. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : parseJson(jsonOf(value));
}
