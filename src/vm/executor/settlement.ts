import { FvmError } from "../../errors.js";
import type { Gas } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { type GasOutputs, gasOutputs } from "../gas/outputs.js";
import { type ActorId, SingletonId, withBalance } from "../state-tree/actor-state.js";
import type { StateTree } from "../state-tree/state-tree.js";
import type { Admission } from "./preflight.js";

/**
 * Pays out what the sender of an explicit message has paid for gas in advance. Throws `FvmError`
 * UNSETTLED_MESSAGE if somebody cannot be paid, like a sender that has deleted itself.
 * Source: fvm/src/executor/default.rs, `finish_message`.
 *
 * @param gasUsed whole gas, of the receipt
 */
export function settle(
  tree: StateTree,
  message: Message,
  { sender, gasCost }: Admission,
  gasUsed: Gas,
  baseFee: bigint,
): GasOutputs {
  const outputs = gasOutputs(message, gasCost, gasUsed, baseFee);
  settleDeposits(tree, outputs);
  refund(tree, sender, outputs.refund);
  return outputs;
}

/** All payments but the sender's refund. Throws as `settle`. */
export function settleDeposits(tree: StateTree, outputs: GasOutputs): void {
  deposit(tree, SingletonId.BurntFunds, outputs.baseFeeBurn + outputs.overEstimationBurn);
  deposit(tree, SingletonId.Reward, outputs.minerTip);
}

/** For an actor whom every message pays: nobody may look at it for a while. */
function deposit(tree: StateTree, id: ActorId, attoFil: bigint): void {
  if (isDue(attoFil) && !tree.deposit(id, attoFil)) throw nobody(id);
}

function refund(tree: StateTree, id: ActorId, attoFil: bigint): void {
  if (!isDue(attoFil)) return;
  const actor = tree.getActor(id);
  if (actor === undefined) throw nobody(id);
  tree.setActor(id, withBalance(actor, actor.balance + attoFil));
}

function isDue(attoFil: bigint): boolean {
  if (attoFil < 0n) throw new FvmError("UNSETTLED_MESSAGE", { reason: `negative payment ${attoFil}` });
  return attoFil !== 0n;
}

function nobody(id: ActorId): FvmError {
  return new FvmError("UNSETTLED_MESSAGE", { reason: `no actor f0${id} to pay` });
}
