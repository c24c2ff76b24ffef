import type { Cid } from "../../encoding/cid.js";
import { withMethods } from "../../util/check.js";
import type { I64, U64 } from "../../util/u64.js";

/** Why a miner is at fault. Values as in the verify_consensus_fault syscall. */
export const ConsensusFaultType = { DoubleForkMining: 1, ParentGrinding: 2, TimeOffsetMining: 3 } as const;
/** One of the values of `ConsensusFaultType`. */
export type ConsensusFaultType = (typeof ConsensusFaultType)[keyof typeof ConsensusFaultType];

/** A miner's fault that two block headers prove. */
export interface ConsensusFault {
  /** Actor ID of the miner at fault. */
  readonly target: U64;
  /** Epoch of the later block. */
  readonly epoch: I64;
  readonly type: ConsensusFaultType;
}

/** An epoch as a guest names it: any i64; a number where that is exact, else a bigint. */
export type GuestEpoch = number | bigint;

/** @inline */
type Eventually<T> = T | Promise<T>;

/**
 * Questions of the VM to the node about its chain. Answers may be promises; the waiting syscall is run
 * again when they are there. The same question is asked once per machine.
 *
 * `undefined` (or `null`) is an answer that every node gives (no such epoch); the reference's rules for a
 * failing extern apply. Throwing, rejecting or an answer of another kind means that the node itself failed:
 * `HostFault` EXTERN_FAILED, no receipt.
 */
export interface Externs {
  /** 32 bytes: blake2b-256 of the ticket's VRF proof. */
  getChainRandomness(epoch: GuestEpoch): Eventually<Uint8Array | undefined>;
  /** 32 bytes: blake2b-256 of the beacon entry's signature. */
  getBeaconRandomness(epoch: GuestEpoch): Eventually<Uint8Array | undefined>;
  /** CID of the tipset at an epoch before the current one; of the one before it after null rounds. */
  getTipsetCid(epoch: GuestEpoch): Eventually<Cid | undefined>;
  /** Two block headers and an optional third (empty if none). `undefined`: no fault. */
  verifyConsensusFault(
    header1: Uint8Array,
    header2: Uint8Array,
    extra: Uint8Array,
  ): Eventually<ConsensusFault | undefined>;
}

/** Computes the circulating supply, attoFIL below 2^128. Called once per machine at most. */
export type SupplySource = () => bigint | Promise<bigint>;

/** A check for options and answers. */
export const isExterns = withMethods(
  "getChainRandomness",
  "getBeaconRandomness",
  "getTipsetCid",
  "verifyConsensusFault",
);

/** Externs as syscall handlers see them: answers at once, or `Pending` is thrown and the syscall runs again later. */
export interface KernelExterns {
  getChainRandomness(epoch: GuestEpoch): Uint8Array | undefined;
  getBeaconRandomness(epoch: GuestEpoch): Uint8Array | undefined;
  getTipsetCid(epoch: GuestEpoch): Cid | undefined;
  verifyConsensusFault(
    header1: Uint8Array,
    header2: Uint8Array,
    extra: Uint8Array,
  ): ConsensusFault | undefined;
  /** attoFIL. */
  getCirculatingSupply(): bigint;
}
