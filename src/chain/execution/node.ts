import type { BlockCache } from "../../blockstore/block-cache.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { U64 } from "../../util/u64.js";
import type { Externs } from "../../vm/externs/externs.js";
import type { DebugSink } from "../../vm/kernel/machine-context.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import type { NetworkVersion } from "../../vm/network/version.js";
import type { ProofVerifier } from "../../vm/proofs/verifier.js";
import type { Observer } from "../../vm/trace/observation.js";
import type { SignedMessage } from "../types/signed-message.js";
import type { Prefetch } from "./prefetch.js";

/** A machine that asks the node about its chain. */
export interface Asking {
  /** Epoch of the machine: that of the tipset, or a null round before it. */
  readonly epoch: number;
  /** CIDs of the headers of the tipset in execution; undefined if the tipset has no `key`. */
  readonly tipset: readonly Cid[] | undefined;
  /** State that the machine starts from. */
  readonly stateRoot: Cid;
}

/** Options of `ChainNode.migrate`. */
export interface MigrationOptions {
  /** Ends it early. Once it is aborted, nobody waits for the answer. */
  readonly signal?: AbortSignal;
}

/**
 * The chain, as far as executing its tipsets needs it: state, settings and answers. A function that throws,
 * rejects or answers with something else is `HostFault` EXTERN_FAILED.
 */
export interface ChainNode {
  /** Chain ID of Ethereum accounts, 314 on mainnet (FIP-0055). */
  readonly chainId: U64;
  /** Seconds since 1970. */
  readonly genesisTimestamp: U64;
  /** Seconds from epoch to epoch. Default 30. */
  readonly blockDelay?: number;
  /** State, code of the builtin actors, and what execution adds. */
  readonly blockstore: Blockstore;
  /**
   * Randomness, tipset CIDs and consensus faults: one object for all, or a function that is called for each
   * machine.
   */
  readonly externs: Externs | ((asking: Asking) => Externs);
  /** Checks of proofs that actors ask for; `rejectProofs` where none are expected. */
  readonly proofs: ProofVerifier;
  /**
   * The network version of an epoch, published or derived, or its number. Called for each epoch of a tipset: a
   * derived one is to be made once, not at each question.
   */
  networkVersion(epoch: number): NetworkVersion | number;
  /**
   * attoFIL, computed from the state that the epoch starts with. Called when an actor first asks, once per machine at
   * most.
   */
  circulatingSupply(epoch: number, stateRoot: Cid): bigint | Promise<bigint>;
  /** Upgrades the state after an epoch that is the last of its network version. Default: no change. */
  migrate?(epoch: number, stateRoot: Cid, options: MigrationOptions): Cid | Promise<Cid>;
  /**
   * Tells a message of a chain to test with that its sender has not signed: any actor may have sent it. Default: there are
   * none. For `executeChainTipset`.
   */
  isUnsigned?(signed: SignedMessage): boolean;
  /** As for machines. */
  readonly blockCache?: BlockCache;
  /** As for machines. */
  readonly missingBlocks?: NonNullable<MachineOptions["missingBlocks"]>;
  /** As for machines. */
  readonly requiresCode?: boolean;
  /** As for machines. */
  readonly debug?: DebugSink;
  /** As for machines. */
  readonly observer?: Observer;
  /** Fetches ahead from a blockstore with latency. Default: nobody does. */
  readonly prefetch?: Prefetch;
  /**
   * Releases what the node holds: its blockstore, if it has opened that itself. Called by the node's owner, which
   * is the pool for a node that a `TipsetPool`'s module made; `executeTipset` and `executeMessages` never call it.
   */
  close?(): void | Promise<void>;
}

export const DEFAULT_BLOCK_DELAY = 30;
