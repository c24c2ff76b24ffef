import type { ActorId } from "../state-tree/actor-state.js";
import type { StateDiff } from "../state-tree/state-diff.js";

/** Changes of a message before its settlement, with what its sender gets back, attoFIL. */
export function withRefund(diff: StateDiff, sender: ActorId | undefined, refund: bigint): StateDiff {
  const change = sender === undefined ? undefined : diff.actors.get(sender);
  if (sender === undefined || change?.kind !== "changed" || refund === 0n) return diff;
  const actors = new Map(diff.actors);
  actors.set(sender, { ...change, balance: (change.balance ?? 0n) + refund });
  return { actors, addresses: diff.addresses };
}
