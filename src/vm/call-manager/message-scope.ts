import { type Address, idAddress } from "../../address/address.js";
import type { StampedEvent } from "../../message/event.js";
import type { Gas } from "../../message/gas.js";
import type { U64 } from "../../util/u64.js";
import { GasTracker } from "../gas/tracker.js";
import type { ActorId } from "../state-tree/actor-state.js";
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

const NOBODY: Origin = { id: 0, address: idAddress(0), nonce: 0, premium: 0n };

/** What all calls of a message share. One object serves all messages of a machine, one after the other. */
export class MessageScope {
  origin: Origin = NOBODY;
  /** Events of calls that have not failed. */
  events: StampedEvent[] = [];
  backtrace = new BacktraceRecorder();
  /** Actors created so far; a revert does not lower it. */
  actorsCreated = 0;
  /** Actors that were started so far, those that failed too. */
  invocations = 0;

  constructor(readonly gas: GasTracker) {}

  /** Of a machine that has no message yet. */
  static idle(): MessageScope {
    return new MessageScope(new GasTracker(0));
  }

  /** Begins a message. @param gasLimit whole gas */
  begin(origin: Origin, gasLimit: Gas): void {
    this.origin = origin;
    // What is not empty is part of the last message's result.
    if (this.events.length > 0) this.events = [];
    if (!this.backtrace.isEmpty) this.backtrace = new BacktraceRecorder();
    this.actorsCreated = 0;
    this.invocations = 0;
    this.gas.begin(gasLimit);
  }
}
