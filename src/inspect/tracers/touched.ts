import type { Address } from "../../address/address.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { CallTrace, MessageTrace } from "../../vm/trace/trace.js";
import { ethereumTrace } from "./ethereum-trace.js";
import { foldFrames } from "./fold-frames.js";

/**
 * Actors that a message has to do with, as Ethereum counts them: who calls or is called, and whom contracts ask for
 * balance or code. Actors that only take part in an instruction of the EVM are not among them. By ID; by address where
 * the call ended before the ID was found.
 */
export function touchedActors(trace: MessageTrace): ReadonlySet<ActorId | Address> {
  const ids = new Set<ActorId | Address>();
  const { top } = ethereumTrace(trace, {});
  if (top === undefined) return ids;
  ids.add(top.call.from);
  foldFrames<void>(top, ({ call, inner, isContract, type }) => {
    if (call.callee === undefined) ids.add(call.to);
    if (inner?.callee === undefined) return;
    ids.add(inner.callee.id);
    const runsCode = isContract || type === "CREATE" || type === "CREATE2";
    if (runsCode) for (const id of askedActors(inner)) ids.add(id);
  });
  return ids;
}

/** Whom a contract asks, by instructions of the EVM. */
function* askedActors({ steps }: CallTrace): Generator<ActorId> {
  for (const step of steps) {
    if (step.kind === "stateRead" && step.state !== undefined) yield step.id;
    if (step.kind === "call" && step.call.callee !== undefined) yield step.call.callee.id;
  }
}
