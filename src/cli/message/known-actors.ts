import type { Address } from "../../address/address.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import type { BuiltinActors } from "../../builtin/builtin-actors.js";
import { readBuiltinActors } from "../../builtin/read-builtin-actors.js";
import { isFvmError } from "../../errors.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import { readActor } from "../../inspect/state/read-actor.js";
import { orAbsent } from "./or-absent.js";

/** Actors of a state, as far as decoding needs them. */
export interface KnownActors {
  readonly builtins: BuiltinActors;
  /** Undefined: no builtin actor, or there was none yet. */
  typeOf(address: Address): ActorType | undefined;
}

/** Undefined: the state is not in the store. */
export async function knownActors(
  store: Blockstore,
  state: StateAt,
  addresses: readonly Address[],
): Promise<KnownActors | undefined> {
  const builtins = await orAbsent(readBuiltinActors(store, state.root, state.network));
  if (builtins === undefined) return undefined;
  const types = new Map<Address, ActorType | undefined>();
  for (const address of new Set(addresses)) types.set(address, await typeIn(store, state, address));
  return { builtins, typeOf: (address) => types.get(address) };
}

async function typeIn(store: Blockstore, state: StateAt, address: Address): Promise<ActorType | undefined> {
  try {
    return (await orAbsent(readActor(store, state, address)))?.type;
  } catch (error) {
    if (isFvmError(error, "INVALID_STATE")) return undefined;
    throw error;
  }
}
