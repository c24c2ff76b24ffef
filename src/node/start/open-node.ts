/** The parts of a node: an imported chain, which stands still. */
import { ChainStore } from "../../chain/store/chain-store.js";
import { FvmError } from "../../errors.js";
import { NodeChain } from "../chain/node-chain.js";
import type { Node, NodeSettings } from "../node.js";
import type { NodeOptions } from "./options.js";

/** A node's parts, and what ends them. */
export interface OpenedNode {
  readonly node: Node;
  readonly close: () => Promise<void>;
}

/** Throws `FvmError`, also as `ChainStore.open` and `NodeChain.ofStore`. */
export async function openNode({ data, network }: NodeOptions, settings: NodeSettings): Promise<OpenedNode> {
  if (data === undefined)
    throw new FvmError("INVALID_OPTION", { option: "data", reason: "it names no folder of a chain" });
  const store = await ChainStore.open(data, { ...(network !== undefined && { network }) });
  try {
    const chain = await NodeChain.ofStore(store);
    return { node: { chain, settings }, close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}
