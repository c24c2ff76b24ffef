import { FvmError } from "../errors.js";
import { gasOutputs } from "../gas/outputs.js";
import type { Message } from "../message/message.js";
import { type ActorId, SingletonId, withBalance } from "../state-tree/actor-state.js";
import type { StateTree } from "../state-tree/state-tree.js";
import { type U64, u64 } from "../util/u64.js";
import type { ApplyResult } from "./apply-result.js";
import type { Admission } from "./preflight.js";

export type Payments = Pick<
  ApplyResult,
  "penalty" | "minerTip" | "baseFeeBurn" | "overEstimationBurn" | "refund" | "gasRefund" | "gasBurned"
>;

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
  gasUsed: U64,
  baseFee: bigint,
): Payments {
  const outputs = gasOutputs({
    gasUsed: BigInt(gasUsed),
    gasLimit: BigInt(message.gasLimit),
    baseFee,
    feeCap: message.gasFeeCap,
    premium: message.gasPremium,
  });
  const { baseFeeBurn, minerTip, overEstimationBurn, refund } = outputs;
  deposit(tree, SingletonId.BurntFunds, baseFeeBurn + overEstimationBurn);
  deposit(tree, SingletonId.Reward, minerTip);
  deposit(tree, sender, refund);
  if (baseFeeBurn + minerTip + overEstimationBurn + refund !== gasCost) {
    throw new FvmError("UNSETTLED_MESSAGE", { reason: "the payments are not what the sender has paid" });
  }
  return {
    penalty: outputs.minerPenalty,
    minerTip,
    baseFeeBurn,
    overEstimationBurn,
    refund,
    gasRefund: u64(outputs.gasRefund),
    gasBurned: u64(outputs.gasBurned),
  };
}

function deposit(tree: StateTree, id: ActorId, attoFil: bigint): void {
  if (attoFil === 0n) return;
  if (attoFil < 0n) throw new FvmError("UNSETTLED_MESSAGE", { reason: `negative payment ${attoFil}` });
  const actor = tree.getActor(id);
  if (actor === undefined) throw new FvmError("UNSETTLED_MESSAGE", { reason: `no actor f0${id} to pay` });
  tree.setActor(id, withBalance(actor, actor.balance + attoFil));
}
