/** Methods of a development node, called in the process. */

import { devMethods } from "../../src/node/methods/dev/index.js";
import type { Node } from "../../src/node/node.js";
import { Dispatcher } from "../../src/node/rpc/dispatch.js";
import { MethodTable } from "../../src/node/rpc/table.js";
import type { TestChain } from "./dev-chain.js";

/** Calls methods of development nodes by name. */
export function devRpc({
  chain,
  pool,
  dev,
}: TestChain): (name: string, ...params: unknown[]) => Promise<unknown> {
  const node = {
    chain,
    pool,
    dev,
    settings: { lotus: false, clientVersion: "anvil/test" },
  } as unknown as Node;
  const dispatcher = new Dispatcher({ node, table: new MethodTable(devMethods, false), lotus: false });
  return (name, ...params) =>
    dispatcher.call(name, params, { version: "v1", signal: new AbortController().signal });
}
