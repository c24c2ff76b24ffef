import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId, ActorState } from "./actor-state.js";

/** Facts that a message has read of an actor, by value. Whether there is one, its code and its f4 address always count. */
export interface ActorRead {
  readonly code: Cid | undefined;
  readonly delegatedAddress: Address | undefined;
  readonly state: Cid | undefined;
  readonly nonce: U64 | undefined;
  readonly balance: BalanceRead | undefined;
}

/** A balance as far as a message knows it, attoFIL: all of it, or only that it is at least so much. */
export interface BalanceRead {
  readonly attoFil: bigint;
  readonly isExact: boolean;
}

/** A look-up of an address; undefined: nobody has it. */
export type AddressRead = readonly [Address, ActorId | undefined];

/** An actor that was seen, and which of its fields count. */
class Sight {
  hasState = false;
  hasNonce = false;
  hasBalance = false;
  /** attoFIL that its balance might be lower, with all checks so far coming out alike; undefined: none was made. */
  slack: bigint | undefined;

  constructor(readonly actor: ActorState | undefined) {}
}

/**
 * Facts that one message has read of the state. On every state of which they are true, the message does the same. What a
 * call has read that was undone counts, too.
 */
export class ReadSet {
  private readonly sights = new Map<ActorId, Sight>();
  private readonly lookups = new Map<Address, ActorId | undefined>();
  private readonly roots = new Set<ActorId>();

  /** Begins a message. */
  clear(): void {
    this.sights.clear();
    this.lookups.clear();
    this.roots.clear();
  }

  /** An actor before the message has changed it; undefined: there is none. */
  actor(id: ActorId, actor: ActorState | undefined): void {
    if (!this.sights.has(id)) this.sights.set(id, new Sight(actor));
  }

  address(address: Address, id: ActorId | undefined): void {
    this.lookups.set(address, id);
  }

  /** An actor's root was read; or set, because a difference does not show that a value was set to what it was. */
  root(id: ActorId): void {
    this.roots.add(id);
    const sight = this.sights.get(id);
    if (sight !== undefined) sight.hasState = true;
  }

  nonce(id: ActorId): void {
    const sight = this.sights.get(id);
    if (sight !== undefined) sight.hasNonce = true;
  }

  balance(id: ActorId): void {
    const sight = this.sights.get(id);
    if (sight !== undefined) sight.hasBalance = true;
  }

  /**
   * A balance was compared with an amount. Where it is too low, its value is told in the error.
   * @param balance attoFIL, as the message has left it so far
   */
  balanceAtLeast(id: ActorId, balance: bigint, attoFil: bigint): void {
    const sight = this.sights.get(id);
    if (sight === undefined) return;
    const slack = balance - attoFil;
    if (slack < 0n) sight.hasBalance = true;
    else if (sight.slack === undefined || slack < sight.slack) sight.slack = slack;
  }

  /** All fields. */
  whole(id: ActorId): void {
    this.root(id);
    this.nonce(id);
    this.balance(id);
  }

  /** Actors whose root was read or set. */
  rootReads(): ActorId[] {
    return [...this.roots];
  }

  actorReads(): [ActorId, ActorRead][] {
    return Array.from(this.sights, ([id, sight]) => [id, readOf(sight)]);
  }

  addressReads(): AddressRead[] {
    return [...this.lookups];
  }
}

function readOf({ actor, hasState, hasNonce, hasBalance, slack }: Sight): ActorRead {
  return {
    code: actor?.code,
    delegatedAddress: actor?.delegatedAddress,
    state: hasState ? actor?.state : undefined,
    nonce: hasNonce ? actor?.nonce : undefined,
    balance: actor && balanceRead(actor.balance, hasBalance, slack),
  };
}

function balanceRead(attoFil: bigint, isExact: boolean, slack: bigint | undefined): BalanceRead | undefined {
  if (isExact) return { attoFil, isExact };
  return slack === undefined ? undefined : { attoFil: attoFil - slack, isExact };
}

/** Whether what was read is true of an actor. */
export function isTrueOf(read: ActorRead, actor: ActorState | undefined): boolean {
  if (actor === undefined) return read.code === undefined;
  const { code, delegatedAddress, state, nonce, balance } = read;
  return (
    code === actor.code &&
    delegatedAddress === actor.delegatedAddress &&
    (state === undefined || state === actor.state) &&
    (nonce === undefined || nonce === actor.nonce) &&
    (balance === undefined ||
      (balance.isExact ? balance.attoFil === actor.balance : balance.attoFil <= actor.balance))
  );
}
