import { type Address, addressId, isAddress } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import { FvmError } from "../../errors.js";
import { retrying, takingEach } from "../../ipld/retrying.js";
import { hex, latin1Bytes } from "../../util/bytes.js";
import { compareU64 } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import { type ActorId, type ActorState, SingletonId } from "./actor-state.js";
import { InitState, noteAddress } from "./init-actor.js";
import { type ActorChange, changeOf, type StateDiff } from "./state-diff.js";
import type { StoredState } from "./state-view.js";

/**
 * In what a stored state differs from another one. Of what both have, nothing is read. Throws what `Blocks.get`
 * throws, and `FvmError` INVALID_STATE, INVALID_HAMT, INVALID_CBOR on malformed states.
 */
export function* storedDifference(blocks: Blocks, before: StoredState, after: StoredState): Waits<StateDiff> {
  const changes: (readonly [ActorId, ActorChange])[] = [];
  yield* takingEach(after.differences(before), ({ key, before, after }) => {
    const change = changeOf(before, after);
    if (change !== undefined) changes.push([actorIdOf(key), change]);
  });
  const actors = new Map(changes.sort(([a], [b]) => compareU64(a, b)));
  const addresses = actors.has(SingletonId.Init) ? yield* newAddresses(blocks, before, after) : new Map();
  return { actors, addresses };
}

function* newAddresses(
  blocks: Blocks,
  before: StoredState,
  after: StoredState,
): Waits<ReadonlyMap<Address, ActorId>> {
  const found = new Map<Address, ActorId>();
  const [old, now] = yield* retrying(() => [initState(blocks, before), initState(blocks, after)]);
  // Without an init actor there are no addresses.
  if (old === undefined || now === undefined || old.root === now.root) return found;
  yield* takingEach(now.differences(old), (change) => noteAddress(found, change));
  return found;
}

function initState(blocks: Blocks, state: StoredState): InitState | undefined {
  const actor: ActorState | undefined = state.getActor(SingletonId.Init);
  return actor && InitState.load(blocks, actor.state);
}

/** The actor of a key in the state tree. Throws `FvmError` INVALID_STATE. */
export function actorIdOf(key: string): ActorId {
  const id = isAddress(key, { delegated: false }) ? addressId(key) : undefined;
  if (id !== undefined) return id;
  const shown = hex(latin1Bytes(key.slice(0, 64)));
  throw new FvmError("INVALID_STATE", {
    reason: `the key of an actor is 0x${shown}, which is no ID address`,
  });
}
