import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import { type ActorChange, changedActor, type StateDiff } from "../state-tree/state-diff.js";

/** The changes cannot be of this state: on the way to it, effects were mixed of which one does not hold. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
}

/** An actor after a change; undefined: removed. Throws `Contradiction`. */
export function actorAfter(actor: ActorState | undefined, change: ActorChange): ActorState | undefined {
  if (change.kind === "added") return change.actor;
  if (change.kind === "removed") return undefined;
  if (actor === undefined) throw new Contradiction("an actor is changed that is not there");
  const after = changedActor(actor, change);
  if (after.balance < 0n) throw new Contradiction("an actor has less than nothing");
  return after;
}

/** Changes of a message before its settlement, with what its sender gets back, attoFIL. */
export function withRefund(diff: StateDiff, sender: ActorId | undefined, refund: bigint): StateDiff {
  const change = sender === undefined ? undefined : diff.actors.get(sender);
  if (sender === undefined || change?.kind !== "changed" || refund === 0n) return diff;
  const actors = new Map(diff.actors);
  actors.set(sender, { ...change, balance: (change.balance ?? 0n) + refund });
  return { actors, addresses: diff.addresses };
}
