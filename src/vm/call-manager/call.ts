import type { Address } from "../../address/address.js";
import type { Milligas } from "../../message/gas.js";
import type { SyscallError } from "../../message/outcome.js";
import { STAGED } from "../../native/addon.js";
import type { U64 } from "../../util/u64.js";
import type { Frame } from "../kernel/context.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";

/** The parameters of a call. */
export interface Params {
  /** Of the sender's block; 0 = none. */
  readonly handle: number;
  /** Number of links in the block. */
  readonly links: number;
  /** The block itself, if it is not a frame's; the handle is `STAGED` then. */
  readonly block: ParamsBlock | undefined;
}

export interface ParamsBlock {
  readonly codec: number;
  readonly data: Uint8Array;
}

export const NO_PARAMS: Params = { handle: 0, links: 0, block: undefined };

/** Parameters from outside any frame: links in them are not followed. */
export function stagedParams(codec: number, data: Uint8Array): Params {
  return { handle: STAGED, links: 0, block: { codec, data } };
}

/**
 * An entry of the call stack: a message to an actor, from its send to its answer. While it waits for the
 * constructor of its receiver, that is an entry of its own above it.
 */
export class Call implements Frame {
  /** The receiver, once its address is resolved. */
  actorId: ActorId = 0;
  /** Whether its actor has a native frame. */
  running = false;
  /** Whether its actor has begun and not ended: the backtrace names it if something goes wrong now. */
  invoked = false;
  /** Its actor's state as C++ knows it. */
  lent: ActorState | undefined;
  /** What its actor's last host syscall was refused with, for the backtrace. */
  refusal: SyscallError | undefined;

  /** Where its transaction began: height of the state's journal, number of events. */
  journal = 0;
  events = 0;

  constructor(
    readonly caller: ActorId,
    readonly to: Address,
    readonly method: U64,
    readonly params: Params,
    /** attoFIL. */
    readonly value: bigint,
    /** Milligas; undefined = all that is left. */
    readonly gasLimit: Milligas | undefined,
    readonly readOnly: boolean,
    /** The constructor of a receiver that a send creates: inside the send's transaction, depth and limit. */
    readonly isConstructor: boolean,
  ) {}
}
