import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import type { StampedEvent } from "../../message/event.js";
import type { Milligas } from "../../message/gas.js";
import type { U64 } from "../../util/u64.js";
import type { KernelExterns } from "../externs/externs.js";
import type { PriceList } from "../gas/price-list.js";
import type { GasTracker } from "../gas/tracker.js";
import type { NetworkVersion } from "../network/version.js";
import type { KernelProofs } from "../proofs/replaying.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import type { MachineContext } from "./machine-context.js";

/** Arguments of the waiting syscall, by slot: slot n is the table's n-th parameter. */
export interface Arguments {
  u32(slot: number): number;
  u64(slot: number): U64;
  i64(slot: number): number | bigint;
  /** An `in` parameter: a view, valid until the handler returns. */
  bytes(slot: number): Uint8Array;
  /** A `cid` parameter. Throws `SyscallError` (illegal argument) if it is none. */
  cid(slot: number): Cid;
  /** Bytes that an `out` or `tail` parameter can take. */
  length(slot: number): number;
}

/** The syscall's result; exactly one call on success. Throwing is the other way to answer. */
export interface Answer {
  /** Success of a syscall without result. */
  none(): void;
  u32(value: number): void;
  u64(value: U64): void;
  /** 16 bytes, low word first. Throws `Fatal` above 128 bits. */
  token(attoFil: bigint): void;
  /** The packed structure, or the bytes of the `out` parameter, by the syscall's kind of result. */
  bytes(data: Uint8Array): void;
  /** As `bytes`, for CIDs and addresses, which are latin1 strings. */
  latin1(data: string): void;
  /** Bytes for a `tail` parameter, whose length says what fits; the syscall has no other result. */
  tail(slot: number, data: Uint8Array): void;
}

/** The invocation that makes the syscall. */
export interface Frame {
  readonly actorId: ActorId;
  readonly caller: ActorId;
  readonly method: U64;
  /** attoFIL. */
  readonly value: bigint;
  readonly readOnly: boolean;
}

/** A message from one actor to another. */
export interface Send {
  readonly to: Address;
  readonly method: U64;
  /** Handle of the sender's block with the parameters; 0 = none. */
  readonly params: number;
  /** attoFIL. */
  readonly value: bigint;
  /** Milligas; undefined = all that is left. */
  readonly gasLimit: Milligas | undefined;
  readonly readOnly: boolean;
}

/** The message at the bottom of the call stack. */
export interface OriginalMessage {
  /** As the message names its sender. */
  readonly origin: { readonly address: Address; readonly nonce: U64 };
  /** Actors created so far; a revert does not lower it. */
  actorsCreated: number;
}

/** State access with its charges, and what belongs to the whole message. */
export interface Calls {
  /** Charged. `undefined`: no such address. ID addresses are not looked up. */
  resolveAddress(address: Address): ActorId | undefined;
  /** Charged. For all but its root and its balance, which `getRootActor` and `getBalance` are for. */
  getActor(id: ActorId): ActorState | undefined;
  /** Charged. For its root, to read or set it. */
  getRootActor(id: ActorId): ActorState | undefined;
  /** Charged. attoFIL; undefined: there is no such actor. */
  getBalance(id: ActorId): bigint | undefined;
  /** Charged. */
  setActor(id: ActorId, actor: ActorState): void;
  /** Charged. */
  deleteActor(id: ActorId): void;
  /** Charged. Throws `SyscallError`: 1 negative value, 5 no sender or balance too low, 6 no receiver. */
  transfer(from: ActorId, to: ActorId, attoFil: bigint): void;
  /** Charged. Throws `SyscallError` 11 if the code or the existing actor forbids it. */
  createActor(code: Cid, id: ActorId, delegatedAddress: Address | undefined): void;
  readonly message: OriginalMessage;
  appendEvent(event: StampedEvent): void;
  /** A line of debug output, for observers. */
  noteLog(text: string): void;
  /** Starts a call: the syscall is answered when it ends, so the handler must not answer. */
  send(send: Send): void;
  /** Whether the current frame's block is in this invocation's reachable set. */
  isReachable(cid: Cid): boolean;
  /** Whether the current frame has a block with this handle. */
  hasBlock(handle: number): boolean;
  /** A block of the state, uncharged. What it throws is for the call manager to handle. */
  getBlock(cid: Cid): Uint8Array;
}

/** All that a syscall handler may use. One object per machine, so handlers must not keep it. */
export interface SyscallContext {
  readonly frame: Frame;
  readonly args: Arguments;
  readonly answer: Answer;
  readonly gas: GasTracker;
  readonly prices: PriceList;
  readonly machine: MachineContext;
  readonly network: NetworkVersion;
  readonly externs: KernelExterns;
  readonly proofs: KernelProofs;
  readonly call: Calls;
}

/**
 * The work of a host syscall. Throws `SyscallError`, `OUT_OF_GAS` or `Fatal`; `MissingBlock` and `Pending`
 * undo the handler's effects and run it again when the answer is there.
 */
export type Handler = (context: SyscallContext) => void;
