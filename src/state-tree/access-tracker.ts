import { ADDRESS_PROTOCOL, type Address, addressProtocol } from "../address/address.js";
import type { ActorId } from "./actor-state.js";
import { type Journal, JournaledMap } from "./journal.js";

/** What a message has paid for of an actor's state. */
export const Access = { None: 0, Read: 1, Updated: 2 } as const;
export type Access = (typeof Access)[keyof typeof Access];

/**
 * What the current message has paid for, so that it pays once (FIP-0057). What a reverted call paid for
 * is forgotten, and paid for again. Source: fvm/src/call_manager/state_access_tracker.rs.
 */
export class AccessTracker {
  private readonly preloaded: ReadonlySet<ActorId>;
  private readonly actors: JournaledMap<ActorId, Access>;
  private readonly addresses: JournaledMap<Address, true>;

  /** @param preloaded actors whose state is paid for from the start */
  constructor(journal: Journal, preloaded: readonly number[]) {
    this.preloaded = new Set(preloaded);
    this.actors = new JournaledMap(journal);
    this.addresses = new JournaledMap(journal);
  }

  /** Begins a message. */
  reset(): void {
    this.actors.clear();
    this.addresses.clear();
  }

  actor(id: ActorId): Access {
    return this.actors.get(id) ?? (this.preloaded.has(id) ? Access.Updated : Access.None);
  }

  recordRead(id: ActorId): void {
    if (this.actor(id) === Access.None) this.actors.set(id, Access.Read);
  }

  recordUpdate(id: ActorId): void {
    if (this.actor(id) !== Access.Updated) this.actors.set(id, Access.Updated);
  }

  /** Whether looking the address up is paid for; ID addresses cost nothing. */
  address(address: Address): boolean {
    return addressProtocol(address) === ADDRESS_PROTOCOL.ID || this.addresses.get(address) === true;
  }

  recordAddress(address: Address): void {
    if (!this.address(address)) this.addresses.set(address, true);
  }
}
