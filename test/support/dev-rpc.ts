/** Methods of a development node, called in the process. */
import { nodeMethods } from "../../src/node/methods/index.js";
import type { Node } from "../../src/node/node.js";
import { Dispatcher } from "../../src/node/rpc/dispatch.js";
import { nodeOf } from "../../src/node/start/open-node.js";
import type { TestChain } from "./dev-chain.js";

/** Calls methods of development nodes by name. */
export function devRpc({
  chain,
  pool,
  dev,
}: TestChain): (name: string, ...params: unknown[]) => Promise<unknown> {
  const settings = { lotus: false, clientVersion: "anvil/test" };
  const node: Node = { ...nodeOf(chain, pool, settings), dev };
  const table = nodeMethods({ dev, lotus: false, version: "0" });
  const dispatcher = new Dispatcher({ node, table, lotus: false });
  return (name, ...params) =>
    dispatcher.call(name, params, { version: "v1", signal: new AbortController().signal });
}
