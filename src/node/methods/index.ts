/** The one table of all methods. */
import type { Node } from "../node.js";
import { discoverMethod } from "../rpc/discover.js";
import type { Method } from "../rpc/method.js";
import { MethodTable } from "../rpc/table.js";
import { devMethods } from "./dev/index.js";
import { ethMethods } from "./eth/index.js";
import { filecoinMethods } from "./filecoin/index.js";
import { traceMethods } from "./traces/index.js";

const methods: readonly Method<Node>[] = [...ethMethods, ...traceMethods, ...filecoinMethods];

/** A node whose methods are asked for. */
export interface MethodsOf {
  /** Undefined: it does not make its chain. */
  readonly dev: Node["dev"] | undefined;
  readonly lotus: boolean;
  /** Version of this package. */
  readonly version: string;
}

/** Methods of a node. */
export function nodeMethods({ lotus, version, dev }: MethodsOf): MethodTable<Node> {
  const own = dev === undefined ? [] : devMethods;
  const table: MethodTable<Node> = new MethodTable(
    [...methods, ...own, discoverMethod(() => table, version)],
    lotus,
  );
  return table;
}
