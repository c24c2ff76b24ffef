import { type Address, idAddress } from "../address/address.js";
import { GasTracker } from "../gas/tracker.js";
import type { StampedEvent } from "../message/event.js";
import type { ActorId } from "../state-tree/actor-state.js";
import type { U64 } from "../util/u64.js";
import { BacktraceRecorder } from "./backtrace.js";

/** The message at the bottom of a call stack. */
export interface Origin {
  readonly id: ActorId;
  /** As the message names its sender. */
  readonly address: Address;
  readonly nonce: U64;
  /** Premium that the miner really gets, attoFIL per gas. */
  readonly premium: bigint;
}

/** What all calls of a message share. */
export class MessageScope {
  /** Events of calls that have not failed. */
  readonly events: StampedEvent[] = [];
  readonly backtrace = new BacktraceRecorder();
  /** Actors created so far; a revert does not lower it. */
  actorsCreated = 0;
  /** Actors that were started so far, those that failed too. */
  invocations = 0;

  constructor(
    readonly origin: Origin,
    readonly gas: GasTracker,
  ) {}

  /** Of a machine that has no message yet. */
  static idle(): MessageScope {
    const nobody = { id: 0, address: idAddress(0), nonce: 0, premium: 0n };
    return new MessageScope(nobody, new GasTracker(0));
  }
}
