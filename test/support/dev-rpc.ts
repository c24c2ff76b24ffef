/** Methods of a development node, called in the process. */
import { MemoryDevStore } from "../../src/node/dev/dev-store.js";
import { nodeMethods } from "../../src/node/methods/index.js";
import type { Node, NodeSettings } from "../../src/node/node.js";
import { Dispatcher } from "../../src/node/rpc/dispatch.js";
import { DevSession } from "../../src/node/start/dev-session.js";
import { nodeOf } from "../../src/node/start/node-parts.js";
import { openBundle } from "../../src/tools/bundles/bundle.js";
import { ACTORS, type DevChainOptions, makeDevChain, type TestChain } from "./dev-chain.js";

/** Calls a method by its name. */
export type Call = (name: string, ...params: unknown[]) => Promise<unknown>;

const settings = { lotus: false, wholeFees: true, clientVersion: "anvil/test" };

/** Calls methods of development nodes by name. */
export function devRpc({ chain, pool, dev }: TestChain, changes: Partial<NodeSettings> = {}): Call {
  return rpcOf({ ...nodeOf(chain, pool, { ...settings, ...changes }), dev });
}

/** A chain with two accounts, and its methods. */
export async function twoAccounts(): Promise<{
  readonly chain: TestChain;
  readonly call: Call;
  readonly accounts: readonly [string, string];
}> {
  const chain = await makeDevChain({ accounts: 2 });
  const call = devRpc(chain);
  return { chain, call, accounts: (await call("eth_accounts")) as [string, string] };
}

/** A node that can have other chains, too. */
export async function devSession(
  options: Partial<DevChainOptions> = {},
): Promise<{ readonly session: DevSession; readonly call: Call }> {
  const actors = openBundle(ACTORS as string);
  const mining = { automine: true, interval: 0 };
  const session = await DevSession.start(
    { actors, store: new MemoryDevStore(), ...options },
    settings,
    mining,
  );
  return { session, call: rpcOf(session.node) };
}

function rpcOf(node: Node): Call {
  const table = nodeMethods({ dev: node.dev, lotus: false, version: "0" });
  const dispatcher = new Dispatcher({ node, table, lotus: false });
  return (name, ...params) =>
    dispatcher.call(name, params, { version: "v1", signal: new AbortController().signal });
}
