import type { Cid } from "../../encoding/cid.js";
import { Simulator } from "../../simulate/simulator.js";
import { throwIfAborted } from "../../util/abort.js";
import { checkedOptions } from "../../util/options.js";
import { WAIT_CHECKS, type WaitOptions } from "../../vm/machine/wait-options.js";
import { checkNode } from "./ask-node.js";
import { checkedContext } from "./check-tipset.js";
import { machineOptionsFor } from "./machine-for.js";
import type { ChainNode } from "./node.js";
import type { TipsetContext } from "./tipset.js";

/**
 * A simulator of messages on a state of the node's chain. The node's observer is not told what they do.
 *
 * @param stateRoot the state to start from, already migrated to the network version of the epoch
 * @throws FvmError INVALID_TIPSET on a bad context, INVALID_OPTION; what the node throws; the signal's reason
 */
export async function simulatorFor(
  node: ChainNode,
  stateRoot: Cid,
  context: TipsetContext,
  options: WaitOptions = {},
): Promise<Simulator> {
  checkNode(node);
  const { signal } = checkedOptions(options, WAIT_CHECKS);
  throwIfAborted(signal);
  return new Simulator(await machineOptionsFor(node, stateRoot, checkedContext(context), signal));
}
