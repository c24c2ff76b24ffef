import type { Address } from "../../address/address.js";
import { type Cid, parseCid } from "../../encoding/cid.js";
import type { U64 } from "../../util/u64.js";

/** The number in an f0 address. */
export type ActorId = U64;

/** Actors that every network has. */
export const SingletonId = {
  System: 0,
  Init: 1,
  Reward: 2,
  Cron: 3,
  Power: 4,
  Market: 5,
  VerifiedRegistry: 6,
  DataCap: 7,
  /** Ethereum address manager: the namespace of f410 addresses. */
  Eam: 10,
  BurntFunds: 99,
} as const;

/** An actor in the state tree. Immutable: a change is a new object. */
export interface ActorState {
  /** Code, a raw block of Wasm. */
  readonly code: Cid;
  /** State root. */
  readonly state: Cid;
  /** Nonce of its next message. */
  readonly nonce: U64;
  /** attoFIL. */
  readonly balance: bigint;
  /** The f4 address, if it was created with one (state tree version 5). */
  readonly delegatedAddress: Address | undefined;
}

/** DAG-CBOR. */
export const EMPTY_ARRAY_BLOCK = Uint8Array.of(0x80);
/** The state of an actor that has none yet. */
export const EMPTY_ARRAY: Cid = parseCid("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a");

export function emptyActor(code: Cid, delegatedAddress: Address | undefined): ActorState {
  return { code, state: EMPTY_ARRAY, nonce: 0, balance: 0n, delegatedAddress };
}

/** The same actor with another balance, attoFIL. */
export function withBalance(
  { code, state, nonce, delegatedAddress }: ActorState,
  balance: bigint,
): ActorState {
  return { code, state, nonce, balance, delegatedAddress };
}

/** The same actor with another state root. */
export function withState({ code, nonce, balance, delegatedAddress }: ActorState, state: Cid): ActorState {
  return { code, state, nonce, balance, delegatedAddress };
}
