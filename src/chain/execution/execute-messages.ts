import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import { throwIfAborted } from "../../util/abort.js";
import { isArray, isObject } from "../../util/check.js";
import { checkedOptions, checkOption } from "../../util/options.js";
import { Turns } from "../../util/waits.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { ExecuteOptions } from "../../vm/machine/machine.js";
import { WAIT_CHECKS, type WaitOptions } from "../../vm/machine/wait-options.js";
import { checkNode } from "./ask-node.js";
import { checkedContext } from "./check-tipset.js";
import { machineFor } from "./machine-for.js";
import type { ChainNode } from "./node.js";
import type { TipsetContext } from "./tipset.js";

/** A message that is executed for its result alone. */
export interface MessageCall extends Pick<ExecuteOptions, "kind" | "rawLength" | "changes"> {
  readonly message: Message;
}

/**
 * Executes messages on a state, each on what those before it have left, and stores nothing: for gas
 * estimates (the sender's pending messages first) and for calls (`implicit`: no nonce, nothing is paid).
 *
 * @param stateRoot the state to start from, already migrated to the network version of the epoch
 * @returns one result for each message
 * @throws FvmError INVALID_TIPSET on a bad context, what `Machine` throws, and the signal's reason
 */
export async function executeMessages(
  node: ChainNode,
  stateRoot: Cid,
  context: TipsetContext,
  calls: readonly MessageCall[],
  options: WaitOptions = {},
): Promise<ApplyResult[]> {
  checkNode(node);
  checkOption("calls", calls, isArray);
  const { signal } = checkedOptions(options, WAIT_CHECKS);
  throwIfAborted(signal);
  const machine = await machineFor(node, stateRoot, checkedContext(context), signal);
  const turns = new Turns(signal);
  try {
    const results: ApplyResult[] = [];
    for (const call of calls) {
      checkOption("calls", call, isObject);
      const { message, ...how } = call;
      await turns.next();
      results.push(await machine.execute(message, { ...how, ...(signal && { signal }) }));
    }
    return results;
  } finally {
    machine.close();
  }
}
