import type { Cid } from "../../encoding/cid.js";
import { finish } from "../../util/waits.js";
import { asFault } from "../../vm/machine/fault.js";
import type { ExecuteTipsetOptions } from "./execute-tipset.js";
import type { ChainNode } from "./node.js";
import { ParentState } from "./parent-state.js";
import { SeenMessages } from "./seen-messages.js";
import { distinctMessages, type Selection, selectMessages } from "./select-messages.js";
import type { Tipset } from "./tipset.js";

/**
 * The messages that a tipset executes, for each block. Throws `FvmError` INVALID_TIPSET, a `HostFault`, the signal's
 * reason.
 */
export async function selectionsOf(
  node: ChainNode,
  stateRoot: Cid,
  tipset: Tipset,
  { signal, selected = false }: Pick<ExecuteTipsetOptions, "signal" | "selected"> = {},
): Promise<Selection[]> {
  if (selected) {
    const seen = new SeenMessages();
    return distinctMessages(tipset.blocks, (message) => seen.add(message));
  }
  const state = new ParentState(node, stateRoot, tipset.parentEpoch, signal);
  try {
    return await finish(selectMessages(tipset, state), signal);
  } catch (error) {
    throw signal?.aborted === true && error === signal.reason ? error : asFault(error);
  }
}
