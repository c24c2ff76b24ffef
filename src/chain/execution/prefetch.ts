import type { Address } from "../../address/address.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import type { MachineOptions } from "../../vm/machine/options.js";

/** Work of an epoch, as far as it is known before it begins. */
export interface EpochPlan {
  readonly epoch: number;
  /** Options of the machine that will execute it. */
  readonly machine: MachineOptions;
  /** Miners of the blocks. */
  readonly miners: readonly Address[];
  /** In order of execution: those of the blocks, rewards as if nothing had been earned, and cron. */
  messages(): readonly Message[];
}

/** Fetches ahead for one epoch. */
export interface EpochPrefetch {
  /** The store that the epoch's machine reads from: over the one of its options, with the same answers. */
  readonly blockstore: Blockstore;
  /** Called before each message. @param index in the plan's messages */
  reached(index: number): void;
  /** Called once when the epoch has been executed, or has failed: nothing more is to be fetched. */
  end(): void;
}

/** A tipset that will be executed after those before it. */
export interface ExpectedTipset {
  readonly epoch: number;
  /** The one that it will be executed on. */
  readonly blockstore: Blockstore;
  /** Miners of the blocks. */
  readonly miners: readonly Address[];
  /** Messages of the blocks, in order, whether or not they will be selected. */
  messages(): readonly Message[];
  /** Options of its machine, were it executed on a state. Rejects as `askNode`. */
  machineOn(stateRoot: Cid): Promise<MachineOptions>;
}

/** Fetches ahead what executing epochs will need, from a store with latency. It changes no result. */
export interface Prefetch {
  /** Called before an epoch's machine is made. */
  begin(plan: EpochPlan): EpochPrefetch;
  /**
   * Called when a later tipset is known, in order of the epochs.
   *
   * @param signal aborted when it is no longer expected: nothing more is to be fetched for it
   */
  expect?(tipset: ExpectedTipset, signal: AbortSignal): void;
}
