import { decodeMessage } from "../../message/message.js";
import { native } from "../../native/index.js";
import { Speculator } from "../../vm/parallel/speculator.js";
import { Disturbance } from "../parallel/disturbance.js";
import { SharedTipset } from "../parallel/shared-tipset.js";
import { overSignal, speculateAll } from "../parallel/speculate.js";
import { networkAt } from "./ask-node.js";
import type { AheadTask } from "./crew.js";
import { machineOptionsFor } from "./machine-for.js";
import type { ChainNode } from "./node.js";
import { withWatchedWaits } from "./watched-waits.js";

/**
 * Executes messages of a tipset before their turn, until there are none or the main thread has ended it. Rejects as
 * `Machine.create`, which changes no result.
 */
export async function executeAhead(node: ChainNode, task: AheadTask): Promise<void> {
  const { thread, context, seed } = task;
  const tipset = new SharedTipset(task.buffer, thread);
  const share = tipset.isOver ? undefined : native.blockShareOf(task.share);
  // Gone with the tipset.
  if (share === undefined) return;
  const over = overSignal(tipset);
  const options = await machineOptionsFor(node, task.stateRoot, context, over);
  const network = networkAt(node, context.epoch);
  const messageAt = (place: number) => ({
    place,
    message: decodeMessage(tipset.message(place), network),
    rawLength: tipset.rawLength(place),
  });
  const watched = withWatchedWaits({ ...options, signal: over }, tipset);
  using speculator = await Speculator.create(watched, share);
  await tipset.untilRuns();
  const disturbance = seed === undefined ? undefined : new Disturbance(seed, thread);
  const speculation = disturbance?.around(speculator) ?? speculator;
  await speculateAll(tipset, speculation, messageAt, over, disturbance?.ignores);
}
