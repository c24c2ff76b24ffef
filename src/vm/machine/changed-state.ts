import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { retrying } from "../../ipld/retrying.js";
import { fitsToken } from "../../message/token.js";
import type { Waits } from "../../util/waits.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import { type ActorChange, changedActor, type StateDiff } from "../state-tree/state-diff.js";
import { LayeredState, type StateView } from "../state-tree/state-view.js";

/**
 * A state with the changes of a machine's options over it, each actor read once. Throws `FvmError`
 * INVALID_OPTION if they are changes of another state, and what `Blocks.get` throws.
 */
export function* changedState(
  state: StateView,
  changes: readonly StateDiff[],
  blocks: Blocks,
): Waits<StateView> {
  const actors = new Map<ActorId, ActorState | null>();
  for (const [i, diff] of changes.entries()) {
    for (const [id, change] of diff.actors) {
      const known = actors.get(id);
      const before = known === undefined ? yield* retrying(() => state.getActor(id)) : (known ?? undefined);
      actors.set(id, applied(before, change, `changes[${i}].actors[${id}]`));
    }
  }
  return new LayeredState(state, actors, blocks);
}

/** Makes sure that the state roots in changes can be read. Throws what `Blocks.get` throws. */
export function* requireRoots(blocks: Blocks, changes: readonly StateDiff[]): Waits<void> {
  for (const { actors } of changes) {
    for (const change of actors.values()) {
      const root = rootOf(change);
      if (root !== undefined) yield* retrying(() => blocks.require(root));
    }
  }
}

function rootOf(change: ActorChange): Cid | undefined {
  switch (change.kind) {
    case "added":
      return change.actor.state;
    case "changed":
      return change.state;
    case "removed":
      return undefined;
  }
}

/** The actor after a change; null: removed. */
function applied(before: ActorState | undefined, change: ActorChange, option: string): ActorState | null {
  if (change.kind === "added") {
    if (before !== undefined) throw misfit(option, "there is such an actor before it is added");
    return change.actor;
  }
  if (before === undefined) throw misfit(option, `there is no actor that could be ${change.kind}`);
  if (change.kind === "removed") return null;
  const actor = changedActor(before, change);
  if (actor.balance < 0n || !fitsToken(actor.balance)) {
    throw misfit(`${option}.balance`, `it would leave ${actor.balance} attoFIL`);
  }
  return actor;
}

function misfit(option: string, reason: string): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason });
}
