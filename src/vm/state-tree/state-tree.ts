import { type Address, addressId } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { compareU64 } from "../../util/u64.js";
import { type ActorId, type ActorState, SingletonId, withBalance, withState } from "./actor-state.js";
import { InitState, initActorOf } from "./init-actor.js";
import { Journal, JournaledMap } from "./journal.js";
import type { ReadSet } from "./read-set.js";
import { type ActorChange, changeOf, type StateDiff } from "./state-diff.js";
import { type Actors, LayeredState, type StateView, StoredState } from "./state-view.js";

/** An amount that is still to be added to an actor's balance. */
interface Deposit {
  readonly actor: ActorState;
  readonly attoFil: bigint;
}

/**
 * All actors of the chain: a view, and changes over it, which are kept in memory with an undo log until `flush`.
 * Source: fvm/src/state_tree.rs.
 */
export class StateTree {
  /** Undoes what messages do. */
  readonly journal = new Journal();
  /** Notes what the current message reads, if anybody wants to know. */
  reads: ReadSet | undefined;
  /** null = there is no such actor */
  private readonly cache = new JournaledMap<ActorId, ActorState | null>(this.journal);
  /** An actor's counts as long as it is not in the cache: it gets there, with its deposit, when it is looked at. */
  private readonly deposits = new JournaledMap<ActorId, Deposit>(this.journal);
  private readonly addresses = new JournaledMap<Address, ActorId>(this.journal);
  /** May be otherwise than in the view. */
  private readonly changed = new Set<ActorId>();
  /** State that the last flush has made. */
  private flushed: StoredState | undefined;
  /** The init actor's state that was decoded last. */
  private init: InitState | undefined;

  /** @param blocks for what it writes, and what that refers to */
  constructor(
    private readonly blocks: Blocks,
    private view: StateView,
  ) {}

  /**
   * @param versions state tree versions to accept
   * @throws FvmError INVALID_STATE
   */
  static load(blocks: Blocks, root: Cid, versions: readonly number[]): StateTree {
    return new StateTree(blocks, StoredState.load(blocks, root, versions));
  }

  /** The state without the changes. */
  get base(): StateView {
    return this.view;
  }

  getActor(id: ActorId): ActorState | undefined {
    const known = this.cache.get(id);
    return known !== undefined ? (known ?? undefined) : this.lookUp(id);
  }

  /** An actor that was read or set before; undefined if it was not, or there is no such actor. */
  cachedActor(id: ActorId): ActorState | undefined {
    const known = this.cache.get(id);
    if (known !== undefined) return known ?? undefined;
    return this.deposits.get(id) === undefined ? undefined : this.lookUp(id);
  }

  setActor(id: ActorId, actor: ActorState): void {
    this.cache.set(id, actor);
    this.changed.add(id);
  }

  deleteActor(id: ActorId): void {
    // Whoever comes in its place differs from it in all fields.
    this.reads?.whole(id);
    this.cache.set(id, null);
    this.changed.add(id);
  }

  /**
   * Adds to the balance of an actor that many messages pay and few look at. False: there is no such actor.
   * @param attoFil more than 0
   */
  deposit(id: ActorId, attoFil: bigint): boolean {
    const known = this.cache.get(id);
    const deposit = this.deposits.cell(id);
    const { value } = deposit;
    if (known === undefined && value !== undefined) {
      this.journal.set(deposit, { actor: value.actor, attoFil: value.attoFil + attoFil });
      return true;
    }
    const actor = known === undefined ? this.view.getActor(id) : (known ?? undefined);
    if (actor === undefined) return false;
    this.journal.set(deposit, { actor, attoFil });
    if (known !== undefined) this.journal.set(this.cache.cell(id), undefined);
    this.changed.add(id);
    return true;
  }

  /** The ID of an address; of an ID address itself, whether there is such an actor or not. */
  resolveAddress(address: Address): ActorId | undefined {
    const id = addressId(address) ?? this.addresses.get(address);
    if (id !== undefined) return id;
    const found = this.lookUpAddress(address);
    if (found !== undefined) this.addresses.set(address, found);
    return found;
  }

  /** Gives an address that has no ID the next one, in the init actor's state. */
  registerAddress(address: Address): ActorId {
    this.reads?.root(SingletonId.Init);
    const { id, next } = this.initState().register(address);
    this.setActor(SingletonId.Init, withState(initActorOf(this), next.root));
    this.init = next;
    this.addresses.set(address, id);
    return id;
  }

  /** Changes since the tree was made or last stored. Throws what `Blocks.get` throws. */
  changes(): StateDiff {
    return this.diff(this.changed, (id) => this.view.getActor(id));
  }

  /** Changes since the journal's last commit. Throws what `Blocks.get` throws. */
  uncommittedChanges(): StateDiff {
    const { cache, deposits } = this;
    const before = this.journal.before();
    const ids = new Set([...cache.keysIn(before), ...deposits.keysIn(before)]);
    return this.diff(ids, (id) => this.actorOf(id, cache.valueIn(before, id), deposits.valueIn(before, id)));
  }

  /** Makes all changes permanent, and blocks of them. Returns the new root, which is to be `stored`. */
  flush(): Cid {
    this.flushed = this.view.with(this.changedActors(), this.blocks);
    this.journal.commit();
    return this.flushed.root;
  }

  /** The blocks of the last flush are stored, and nothing has changed since: the tree stands on them. */
  stored(): void {
    this.view = this.flushed ?? this.view;
    this.changed.clear();
  }

  /** A tree that begins where this one is: to it, nothing has changed. It shares the blocks; this one is given up. */
  continued(): StateTree {
    return new StateTree(this.blocks, new LayeredState(this.view, this.changedActors(), this.blocks));
  }

  /** Begins anew on what the view says now: nothing is known, nothing has changed. */
  restart(): void {
    this.journal.rollback(0);
    this.cache.clear();
    this.deposits.clear();
    this.addresses.clear();
    this.changed.clear();
  }

  /** Has the tree stand on another view, as `restart`. */
  restartOn(view: StateView): void {
    this.view = view;
    this.restart();
  }

  private lookUpAddress(address: Address): ActorId | undefined {
    const { view } = this;
    // The answer alone counts as read, and not the state that it is from.
    if (view.isSupposed && !this.changed.has(SingletonId.Init)) return view.resolveAddress(address);
    // Not the view's answer: whoever looks an address up may register it next, in the same state of the init actor.
    return this.initState().resolve(address);
  }

  private changedActors(): Actors {
    const actors = new Map<ActorId, ActorState | null>();
    // A change that was undone may have left nothing.
    for (const id of this.changed) if (this.isKnown(id)) actors.set(id, this.getActor(id) ?? null);
    return actors;
  }

  private isKnown(id: ActorId): boolean {
    return this.cache.get(id) !== undefined || this.deposits.get(id) !== undefined;
  }

  /** An actor that is not in the cache. */
  private lookUp(id: ActorId): ActorState | undefined {
    const deposit = this.deposits.get(id);
    const found = this.actorOf(id, undefined, deposit);
    if (deposit === undefined) this.cache.cache(id, found ?? null);
    // To be undone with the deposit.
    else this.cache.set(id, found ?? null);
    return found;
  }

  /** An actor, given what the cache and the deposits have of it. */
  private actorOf(
    id: ActorId,
    known: ActorState | null | undefined,
    deposit: Deposit | undefined,
  ): ActorState | undefined {
    if (known !== undefined) return known ?? undefined;
    if (deposit === undefined) return this.view.getActor(id);
    return withBalance(deposit.actor, deposit.actor.balance + deposit.attoFil);
  }

  /** Changes of these actors, as far as they are now otherwise than before. */
  private diff(ids: Iterable<ActorId>, before: (id: ActorId) => ActorState | undefined): StateDiff {
    const actors = new Map<ActorId, ActorChange>();
    const now = (id: ActorId) => this.actorOf(id, this.cache.get(id), this.deposits.get(id));
    for (const id of [...ids].sort(compareU64)) {
      const change = changeOf(before(id), now(id));
      if (change !== undefined) actors.set(id, change);
    }
    const { Init } = SingletonId;
    const hasNewInit = actors.has(Init);
    return { actors, addresses: hasNewInit ? this.newAddresses(before(Init), now(Init)) : new Map() };
  }

  private newAddresses(
    before: ActorState | undefined,
    now: ActorState | undefined,
  ): ReadonlyMap<Address, ActorId> {
    // Without an init actor there are no addresses.
    if (before === undefined || now === undefined || before.state === now.state) return new Map();
    return InitState.load(this.blocks, now.state).addressesSince(InitState.load(this.blocks, before.state));
  }

  private initState(): InitState {
    const { state } = initActorOf(this);
    if (this.init?.root !== state) this.init = InitState.load(this.blocks, state);
    return this.init;
  }
}
