import { ADDRESS_PROTOCOL, type Address, addressProtocol } from "../../address/address.js";
import type { ActorId } from "./actor-state.js";
import { type Journal, JournaledMap } from "./journal.js";

/** What a message has paid for of an actor's state. */
export const Access = { None: 0, Read: 1, Updated: 2 } as const;
export type Access = (typeof Access)[keyof typeof Access];

/** Stamps of one message: an access is more than none, and less than all of the next message's. */
const STAMPS = 4;
/** The stamp of what all messages have paid for. */
const ALWAYS = Number.MAX_SAFE_INTEGER;

/**
 * What the current message has paid for, so that it pays once (FIP-0057). What a reverted call paid for
 * is forgotten, and paid for again. Source: fvm/src/call_manager/state_access_tracker.rs.
 */
export class AccessTracker {
  /** What was paid for, and by which message: that of earlier ones does not count. See `stamp`. */
  private readonly actors: JournaledMap<ActorId, number>;
  /** Numbers of messages. */
  private readonly addresses: JournaledMap<Address, number>;
  /** The current message's number. */
  private message = 0;

  /** @param preloaded actors whose state is paid for from the start */
  constructor(
    private readonly journal: Journal,
    preloaded: readonly number[],
  ) {
    this.actors = new JournaledMap(journal);
    this.addresses = new JournaledMap(journal);
    for (const id of preloaded) this.actors.cache(id, ALWAYS);
  }

  /** Begins a message. */
  reset(): void {
    this.message++;
  }

  actor(id: ActorId): Access {
    return this.accessOf(this.actors.get(id));
  }

  recordRead(id: ActorId): void {
    this.record(id, Access.Read);
  }

  recordUpdate(id: ActorId): void {
    this.record(id, Access.Updated);
  }

  /** Whether looking the address up is paid for; ID addresses cost nothing. */
  address(address: Address): boolean {
    return addressProtocol(address) === ADDRESS_PROTOCOL.ID || this.addresses.get(address) === this.message;
  }

  recordAddress(address: Address): void {
    if (addressProtocol(address) !== ADDRESS_PROTOCOL.ID) this.addresses.set(address, this.message);
  }

  private record(id: ActorId, access: Access): void {
    const cell = this.actors.cell(id);
    if (this.accessOf(cell.value) < access) this.journal.set(cell, this.stamp(access));
  }

  private accessOf(stamp = 0): Access {
    if (stamp <= this.stamp(Access.None)) return Access.None;
    return stamp === this.stamp(Access.Read) ? Access.Read : Access.Updated;
  }

  private stamp(access: Access): number {
    return this.message * STAMPS + access;
  }
}
