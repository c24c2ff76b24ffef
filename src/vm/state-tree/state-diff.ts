import { type Address, idAddress } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { formatFil } from "../../message/token.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId, ActorState } from "./actor-state.js";

/**
 * In what a state differs from an earlier one, as plain data: `structuredClone` and `postMessage` keep it whole. It
 * refers to blocks that may not be stored yet.
 */
export interface StateDiff {
  /** Ascending. */
  readonly actors: ReadonlyMap<ActorId, ActorChange>;
  /** Addresses that have got an ID. They follow from the init actor's state, and are here for those who read. */
  readonly addresses: ReadonlyMap<Address, ActorId>;
}

/** Fate of an actor: added, changed or removed. */
export type ActorChange =
  | { readonly kind: "added"; readonly actor: ActorState }
  | ChangedActor
  | { readonly kind: "removed" };

/** An actor before and after: what is absent is the same, also if it was set to what it was. */
export interface ChangedActor {
  readonly kind: "changed";
  readonly code?: Cid;
  /** State root. */
  readonly state?: Cid;
  readonly nonce?: U64;
  /**
   * attoFIL that it has more than before; negative: less. Of all fields only this one is a difference, so that
   * payments of messages that know nothing of each other add up.
   */
  readonly balance?: bigint;
  /** null: none any more. */
  readonly delegatedAddress?: Address | null;
}

/** The receiver's own, as maps cannot be frozen. */
export function noChanges(): StateDiff {
  return { actors: new Map(), addresses: new Map() };
}

/** Undefined if there is none. */
export function changeOf(
  before: ActorState | undefined,
  after: ActorState | undefined,
): ActorChange | undefined {
  if (before === after) return undefined;
  if (after === undefined) return { kind: "removed" };
  if (before === undefined) return { kind: "added", actor: { ...after } };
  const { code, state, nonce, balance, delegatedAddress } = after;
  // Field by field: spread objects would cost more than all the rest.
  const change: Writable<ChangedActor> = { kind: "changed" };
  if (code !== before.code) change.code = code;
  if (state !== before.state) change.state = state;
  if (nonce !== before.nonce) change.nonce = nonce;
  if (balance !== before.balance) change.balance = balance - before.balance;
  if (delegatedAddress !== before.delegatedAddress) change.delegatedAddress = delegatedAddress ?? null;
  for (const field in change) if (field !== "kind") return change;
  return undefined;
}

/** As `T`, to be filled field by field. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** An actor after a change; its balance may come out below 0. */
export function changedActor(before: ActorState, change: ChangedActor): ActorState {
  const { code = before.code, state = before.state, nonce = before.nonce, balance = 0n } = change;
  const { delegatedAddress = before.delegatedAddress } = change;
  return {
    code,
    state,
    nonce,
    balance: before.balance + balance,
    delegatedAddress: delegatedAddress ?? undefined,
  };
}

/**
 * For people: a line for each fact, such as `f0100 balance: -1.5 FIL`; empty if there are none.
 *
 * @param letter of addresses: `f` on mainnet, `t` on test networks
 */
export function diffText(diff: StateDiff, letter: NetworkLetter = "f"): string {
  return Array.from(factsOf(diff, letter), ([field, value]) => `${field}: ${value}\n`).join("");
}

/** Where two differences differ. */
export interface DiffMismatch {
  /** The actor, the field, such as `f0100 balance`; or an address. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** Where two differences differ; nowhere if they are equal. */
export function compareDiffs(expected: StateDiff, actual: StateDiff): DiffMismatch[] {
  const [a, b] = [factsOf(expected, "f"), factsOf(actual, "f")];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((field) => ({ field, expected: a.get(field) ?? SAME, actual: b.get(field) ?? SAME }))
    .filter((mismatch) => mismatch.expected !== mismatch.actual);
}

const SAME = "as before";

/** Texts by field; equal texts mean equal values. */
function factsOf({ actors, addresses }: StateDiff, letter: NetworkLetter): Map<string, string> {
  const facts = new Map<string, string>();
  for (const [id, change] of actors) {
    const name = formatAddress(idAddress(id), letter);
    if (change.kind !== "changed") facts.set(name, change.kind);
    const fields = change.kind === "removed" ? [] : factsOfFields(change, letter);
    for (const [field, text] of fields) facts.set(`${name} ${field}`, text);
  }
  for (const [address, id] of addresses) {
    facts.set(formatAddress(address, letter), formatAddress(idAddress(id), letter));
  }
  return facts;
}

function* factsOfFields(
  change: Exclude<ActorChange, { kind: "removed" }>,
  letter: NetworkLetter,
): Generator<[field: string, text: string]> {
  const isNew = change.kind === "added";
  const { code, state, nonce, balance, delegatedAddress } = isNew ? change.actor : change;
  const sign = isNew || balance === undefined || balance < 0n ? "" : "+";
  if (code !== undefined) yield ["code", cidText(code)];
  if (state !== undefined) yield ["state", cidText(state)];
  if (nonce !== undefined) yield ["nonce", `${nonce}`];
  if (balance !== undefined) yield ["balance", `${sign}${formatFil(balance)} FIL`];
  if (delegatedAddress === null) yield ["f4 address", "none"];
  else if (delegatedAddress !== undefined) yield ["f4 address", formatAddress(delegatedAddress, letter)];
}
