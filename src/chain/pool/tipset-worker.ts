/** A thread of a `TipsetPool`. */

import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { serve } from "../../threads/serve.js";
import { messageOf } from "../../util/kind-of.js";
import { closeNode } from "../execution/ask-node.js";
import type { AheadTask } from "../execution/crew.js";
import { executeAhead } from "../execution/execute-ahead.js";
import { executeMessages, type MessageCall } from "../execution/execute-messages.js";
import { executeTipset } from "../execution/execute-tipset.js";
import type { ChainNode } from "../execution/node.js";
import type { Tipset, TipsetContext } from "../execution/tipset.js";
import { performSimulation, type SimulationTask } from "./simulation-task.js";

export interface WorkerData {
  /** URL of the module that makes the chain node. */
  readonly module: string;
  readonly data: unknown;
}

export type Task =
  | {
      readonly kind: "tipset";
      readonly stateRoot: Cid;
      readonly tipset: Tipset;
      readonly selected: boolean;
      readonly storeEvents: boolean;
    }
  | {
      readonly kind: "messages";
      readonly stateRoot: Cid;
      readonly context: TipsetContext;
      readonly calls: readonly MessageCall[];
    }
  | { readonly kind: "ahead"; readonly task: AheadTask }
  | SimulationTask;

serve(async ({ module, data }: WorkerData) => {
  const node = await makeNode(module, data);
  return {
    perform: (task: Task) => perform(node, task),
    close: () => closeNode(node),
  };
});

function perform(node: ChainNode, task: Task): Promise<unknown> {
  switch (task.kind) {
    case "tipset":
      return executeTipset(node, task.stateRoot, task.tipset, {
        selected: task.selected,
        storeEvents: task.storeEvents,
      });
    case "messages":
      return executeMessages(node, task.stateRoot, task.context, task.calls);
    case "ahead":
      return executeAhead(node, task.task);
    default:
      return performSimulation(node, task);
  }
}

/** Throws `FvmError` CHAIN_NODE_FAILED. */
async function makeNode(module: string, data: unknown): Promise<ChainNode> {
  try {
    const { default: make } = (await import(module)) as { default?: unknown };
    if (typeof make !== "function") throw new TypeError("its default export is no function");
    const node: unknown = await make(data);
    if (typeof node !== "object" || node === null) throw new TypeError("its function returned no chain node");
    return node as ChainNode;
  } catch (cause) {
    throw new FvmError("CHAIN_NODE_FAILED", { module, reason: messageOf(cause) }, { cause });
  }
}
