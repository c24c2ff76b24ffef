import { type Address, addressId } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import { ErrorNumber, Fatal, SyscallError } from "../../message/outcome.js";
import { formatFil } from "../../message/token.js";
import {
  type GasCharge,
  onActorLookup,
  onActorUpdate,
  onCreateActor,
  onResolveAddress,
} from "../gas/charges.js";
import type { PriceList } from "../gas/price-list.js";
import type { GasTracker } from "../gas/tracker.js";
import { Access, AccessTracker } from "../state-tree/access-tracker.js";
import {
  type ActorId,
  type ActorState,
  emptyActor,
  withBalance,
  withState,
} from "../state-tree/actor-state.js";
import type { Manifest } from "../state-tree/manifest.js";
import type { StateTree } from "../state-tree/state-tree.js";
import type { Recorder } from "../trace/recorder.js";
import type { MessageScope } from "./message-scope.js";

/**
 * The state tree as calls see it: what is read and changed is paid for, once per message.
 * Source: fvm/src/call_manager/default.rs.
 */
export class ChargedState {
  private readonly access: AccessTracker;
  private readonly lookup: GasCharge;
  private readonly update: GasCharge;

  /** @param charges whether state access is charged at all (rule `chargesStateAccess`) */
  constructor(
    readonly tree: StateTree,
    private readonly manifest: Manifest,
    private readonly prices: PriceList,
    private readonly charges: boolean,
    /** The current message's. */
    private gas: GasTracker,
    private readonly recorder: Recorder | undefined,
  ) {
    this.access = new AccessTracker(tree.journal, prices.preloadedActors);
    this.lookup = onActorLookup(prices);
    this.update = onActorUpdate(prices);
  }

  /**
   * Begins a message. Preflight has changed its sender and looked its receiver up.
   * @param receiver undefined = does not exist yet
   */
  begin({ gas, origin }: MessageScope, to: Address, receiver: ActorId | undefined): void {
    this.gas = gas;
    if (!this.charges) return;
    this.access.reset();
    this.access.recordUpdate(origin.id);
    this.access.recordAddress(origin.address);
    if (receiver !== undefined) this.access.recordRead(receiver);
    this.access.recordAddress(to);
  }

  resolveAddress(address: Address): ActorId | undefined {
    const id = addressId(address);
    if (id !== undefined) return id;
    const isPaid = !this.charges || this.access.address(address);
    if (!isPaid) this.gas.apply(onResolveAddress);
    const found = this.tree.resolveAddress(address);
    if (!isPaid && found !== undefined) this.access.recordAddress(address);
    return found;
  }

  getActor(id: ActorId): ActorState | undefined {
    const isPaid = this.accessTo(id) !== Access.None;
    if (!isPaid) this.gas.apply(this.lookup);
    const actor = this.tree.getActor(id);
    // A missing actor counts as read, too.
    if (!isPaid) this.access.recordRead(id);
    this.recorder?.stateRead(id, actor);
    return actor;
  }

  /** As `getActor`, for its root, to read or set it. */
  getRootActor(id: ActorId): ActorState | undefined {
    const actor = this.getActor(id);
    this.tree.reads?.root(id);
    return actor;
  }

  /** Charged as `getActor`: an actor's balance, attoFIL; undefined if there is none. */
  getBalance(id: ActorId): bigint | undefined {
    const actor = this.getActor(id);
    this.tree.reads?.balance(id);
    return actor?.balance;
  }

  /** An actor that the message has read, or undefined. */
  paidActor(id: ActorId): ActorState | undefined {
    return this.accessTo(id) === Access.None ? undefined : this.tree.cachedActor(id);
  }

  isUpdatePaid(id: ActorId): boolean {
    return this.accessTo(id) === Access.Updated;
  }

  /** Sets the root of an actor, for which C++ has charged. */
  setPaidRoot(id: ActorId, root: Cid): ActorState {
    const actor = withState(this.tree.cachedActor(id) as ActorState, root);
    this.tree.reads?.root(id);
    this.tree.setActor(id, actor);
    if (!this.isUpdatePaid(id)) this.access.recordUpdate(id);
    this.recorder?.stateWrite(id, actor);
    return actor;
  }

  setActor(id: ActorId, actor: ActorState): void {
    const isPaid = this.chargeUpdate(id);
    this.tree.setActor(id, actor);
    if (!isPaid) this.access.recordUpdate(id);
    this.recorder?.stateWrite(id, actor);
  }

  deleteActor(id: ActorId): void {
    const isPaid = this.chargeUpdate(id);
    this.tree.deleteActor(id);
    if (!isPaid) this.access.recordUpdate(id);
    this.recorder?.stateWrite(id, undefined);
  }

  transfer(from: ActorId, to: ActorId, attoFil: bigint): void {
    if (attoFil < 0n) {
      const text = `attempted to transfer negative transfer value ${formatFil(attoFil)}`;
      throw new SyscallError(ErrorNumber.IllegalArgument, text);
    }
    const sender = this.getActor(from);
    if (sender === undefined) {
      // Not 6: that says that the receiver is missing. The parenthesis is the reference's.
      const text = `insufficient funds to transfer ${formatFil(attoFil)}FIL from ${from} to ${to})`;
      throw new SyscallError(ErrorNumber.InsufficientFunds, text);
    }
    this.tree.reads?.balanceAtLeast(from, sender.balance, attoFil);
    if (sender.balance < attoFil) {
      const amounts = () => `balance ${formatFil(sender.balance)}, transfer ${formatFil(attoFil)}`;
      const text = () => `sender does not have funds to transfer (${amounts()})`;
      throw new SyscallError(ErrorNumber.InsufficientFunds, text);
    }
    if (from === to) return;
    const receiver = this.getActor(to);
    if (receiver === undefined) {
      const text = `transfer recipient ${to} does not exist in state-tree`;
      throw new SyscallError(ErrorNumber.NotFound, text);
    }
    this.setActor(from, withBalance(sender, sender.balance - attoFil));
    this.setActor(to, withBalance(receiver, receiver.balance + attoFil));
  }

  /** What the create_actor syscall does, after its own checks (network version 18 on). */
  createActor(code: Cid, id: ActorId, delegatedAddress: Address | undefined): void {
    if (code === this.manifest.placeholder) {
      throw new SyscallError(ErrorNumber.Forbidden, "cannot explicitly construct a placeholder actor");
    }
    const existing = this.getActor(id);
    if (existing === undefined) {
      // The init actor has paid for the address.
      this.gas.apply(onCreateActor(this.prices, false));
      this.setActor(id, emptyActor(code, delegatedAddress));
    } else {
      this.replacePlaceholder(id, existing, code, delegatedAddress);
    }
  }

  /** A new actor with a new address, because of a send to that address. Charges for state access only. */
  assignAddress(address: Address, actor: ActorState): ActorId {
    const id = this.tree.registerAddress(address);
    if (this.charges) this.access.recordAddress(address);
    this.setActor(id, actor);
    return id;
  }

  private replacePlaceholder(
    id: ActorId,
    existing: ActorState,
    code: Cid,
    delegatedAddress: Address | undefined,
  ): void {
    if (existing.code !== this.manifest.placeholder) {
      throw new SyscallError(ErrorNumber.Forbidden, "Actor address already exists");
    }
    if (existing.delegatedAddress === undefined) {
      throw new Fatal(`placeholder ${id} doesn't have a delegated address`);
    }
    if (existing.delegatedAddress !== delegatedAddress) {
      throw new SyscallError(ErrorNumber.Forbidden, "placeholder has a different delegated address");
    }
    this.setActor(id, { ...existing, code });
  }

  /** Where nothing is charged, everything is paid for. */
  private accessTo(id: ActorId): Access {
    return this.charges ? this.access.actor(id) : Access.Updated;
  }

  /** Returns whether a change of the actor was paid for already. */
  private chargeUpdate(id: ActorId): boolean {
    const access = this.accessTo(id);
    if (access === Access.None) this.gas.apply(this.lookup);
    if (access !== Access.Updated) this.gas.apply(this.update);
    return access === Access.Updated;
  }
}
