import type { Address } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import type { ReadSet } from "../state-tree/read-set.js";
import type { ActorChange, StateDiff } from "../state-tree/state-diff.js";
import type { Actors, StateView, StoredState } from "../state-tree/state-view.js";
import { actorAfter, Contradiction } from "./writes.js";

/** A change of an actor, by the message at this place. */
interface PlacedChange {
  readonly place: number;
  readonly change: ActorChange;
}

/**
 * The state as a message at some place may find it: the one that the messages began with, and the effects of those
 * before it, as far as they are known. What is read of it is noted.
 */
export class SupposedState implements StateView {
  readonly isSupposed = true;
  /** Changes of each actor, by place. */
  private readonly changes = new Map<ActorId, PlacedChange[]>();
  private readonly effects = new Map<number, StateDiff>();
  private readonly addresses = new Map<Address, { readonly place: number; readonly id: ActorId }[]>();
  private readonly firstActors = new Map<ActorId, ActorState | null>();
  private readonly firstAddresses = new Map<Address, ActorId>();
  private place = 0;

  /** @param first what the messages began with */
  constructor(
    private readonly first: StateView,
    private readonly reads: ReadSet,
  ) {}

  /** Shows the state as it is before the message at this place. */
  at(place: number): void {
    this.place = place;
  }

  /** The effect of a message on the state; it takes the place of an earlier one of the same message. */
  learn(place: number, writes: StateDiff): void {
    this.forget(place);
    this.effects.set(place, writes);
    for (const [id, change] of writes.actors) insert(this.changes, id, { place, change });
    for (const [address, id] of writes.addresses) insert(this.addresses, address, { place, id });
  }

  getActor(id: ActorId): ActorState | undefined {
    const actor = this.actorNow(id);
    this.reads.actor(id, actor);
    return actor;
  }

  resolveAddress(address: Address): ActorId | undefined {
    const found = this.newId(address) ?? this.firstId(address);
    this.reads.address(address, found);
    return found;
  }

  with(_actors: Actors, _blocks: Blocks): StoredState {
    throw new Contradiction("a supposed state is not stored");
  }

  private actorNow(id: ActorId): ActorState | undefined {
    let actor = this.firstActor(id);
    for (const { place, change } of this.changes.get(id) ?? NONE) {
      if (place >= this.place) break;
      actor = actorAfter(actor, change);
    }
    return actor;
  }

  private firstActor(id: ActorId): ActorState | undefined {
    const known = this.firstActors.get(id);
    if (known !== undefined) return known ?? undefined;
    const found = this.first.getActor(id);
    this.firstActors.set(id, found ?? null);
    return found;
  }

  private newId(address: Address): ActorId | undefined {
    return this.addresses.get(address)?.findLast(({ place }) => place < this.place)?.id;
  }

  private firstId(address: Address): ActorId | undefined {
    const known = this.firstAddresses.get(address);
    if (known !== undefined) return known;
    const found = this.first.resolveAddress(address);
    if (found !== undefined) this.firstAddresses.set(address, found);
    return found;
  }

  private forget(place: number): void {
    const writes = this.effects.get(place);
    if (writes === undefined) return;
    for (const id of writes.actors.keys()) remove(this.changes, id, place);
    for (const address of writes.addresses.keys()) remove(this.addresses, address, place);
    this.effects.delete(place);
  }
}

const NONE: readonly PlacedChange[] = [];

function insert<K, V extends { readonly place: number }>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
    return;
  }
  // Nearly always it is the last one.
  let at = list.length;
  while (at > 0 && (list[at - 1] as V).place > value.place) at--;
  list.splice(at, 0, value);
}

function remove<K, V extends { readonly place: number }>(map: Map<K, V[]>, key: K, place: number): void {
  const list = map.get(key) as V[];
  list.splice(
    list.findIndex((value) => value.place === place),
    1,
  );
}
