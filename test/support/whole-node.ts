/** All methods of a node, called in the process. */
import { TipsetTraces } from "../../src/node/chain/traced-tipset.js";
import type { DevChain } from "../../src/node/dev/start.js";
import { EthView } from "../../src/node/eth/eth-view.js";
import { Filters } from "../../src/node/eth/filters/filters.js";
import { Subscriptions } from "../../src/node/eth/filters/subscriptions.js";
import { nodeMethods } from "../../src/node/methods/index.js";
import type { Node } from "../../src/node/node.js";
import { type Caller, Dispatcher } from "../../src/node/rpc/dispatch.js";
import type { Channel, Connection } from "../../src/node/rpc/method.js";

/** A node, and calls of its methods. */
export interface WholeNode {
  readonly node: Node;
  readonly call: <T = unknown>(name: string, ...params: unknown[]) => Promise<T>;
  /** A call on a connection. */
  readonly callOn: <T = unknown>(
    connection: TestConnection,
    name: string,
    ...params: unknown[]
  ) => Promise<T>;
}

/** A node that makes its chain. */
export function wholeNode({ chain, pool, dev }: Pick<DevChain, "chain" | "pool" | "dev">): WholeNode {
  const settings = { lotus: false, wholeFees: true, clientVersion: "anvil/test" };
  const eth = new EthView(chain, pool, settings);
  const node: Node = {
    chain,
    pool,
    dev,
    eth,
    traces: new TipsetTraces(chain),
    filters: new Filters(eth, settings),
    subscriptions: new Subscriptions(eth, settings),
    settings,
  };
  const table = nodeMethods({ lotus: false, version: "test", dev });
  const dispatcher = new Dispatcher({ node, table, lotus: false });
  const caller: Caller = { version: "v1", signal: new AbortController().signal };
  return {
    node,
    call: async <T>(name: string, ...params: unknown[]) =>
      plain((await dispatcher.call(name, params, caller)) as T),
    callOn: async <T>(connection: TestConnection, name: string, ...params: unknown[]) =>
      plain(
        (await dispatcher.call(name, params, {
          ...caller,
          connection,
          openChannel: () => connection.openChannel(),
        })) as T,
      ),
  };
}

/** As a client gets it. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** A connection that keeps what it is told. */
export class TestConnection implements Connection {
  readonly told: { readonly method: string; readonly params: unknown }[] = [];
  /** Values of channels, by ID. */
  readonly values: unknown[][] = [];
  readonly #listeners = new Set<() => void>();

  notify(method: string, params: unknown): void {
    this.told.push({ method, params: plain(params) });
  }

  onClose(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Number of those who wait for its end. */
  get listeners(): number {
    return this.#listeners.size;
  }

  openChannel(): Channel {
    const values: unknown[] = [];
    const id = this.values.push(values) - 1;
    return {
      id,
      send: (value) => void values.push(plain(value)),
      close: () => undefined,
      onClose: (listener) => void this.onClose(listener),
    };
  }

  close(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
