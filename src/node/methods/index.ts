/** The one table of all methods. */
import type { Node } from "../node.js";
import { discoverMethod } from "../rpc/discover.js";
import type { Method } from "../rpc/method.js";
import { MethodTable } from "../rpc/table.js";
import { ethMethods } from "./eth/index.js";
import { filecoinMethods } from "./filecoin/index.js";

const methods: readonly Method<Node>[] = [...ethMethods, ...filecoinMethods];

/** Methods of a node. `nodeVersion`: of this package. */
export function nodeMethods(lotus: boolean, nodeVersion: string): MethodTable<Node> {
  const table: MethodTable<Node> = new MethodTable(
    [...methods, discoverMethod(() => table, nodeVersion)],
    lotus,
  );
  return table;
}
