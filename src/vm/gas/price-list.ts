/**
 * What each operation costs, as data. All prices are milligas (1 gas = 1000 milligas); the field
 * names follow the reference (fvm/src/gas/price_list.rs). A price that a network version does not
 * know is 0, so that one set of formulas (`charges.ts`) serves all versions.
 */
import type { Milligas } from "../../message/gas.js";

/** Always a safe integer. */
export type Price = number & Milligas;

/** The price of so much whole gas. */
export function gas(amount: number): Price {
  return amount * 1000;
}

/** `flat + unit * quantity`. */
export interface Linear {
  readonly flat: Price;
  readonly unit: Price;
}

/** A price divided as traces show it: computation, and everything else (storage, externs). */
export interface Split {
  readonly compute: Price;
  readonly other: Price;
}

/** Price of verifying aggregated seals: per proof, plus the last step whose `from` is not above the number. */
export interface AggregatePrice {
  readonly perProof: Price;
  readonly steps: readonly { readonly from: number; readonly price: Price }[];
}

/** Prices of operations, milligas. A price of 0 may be that of an operation that the network version lacks. */
export interface PriceList {
  // Messages and calls
  readonly messageCompute: Price;
  /** Per byte of the message as the chain stores it. */
  readonly messageStorage: Linear;
  /** Per byte of a return value that goes on chain. */
  readonly returnStorage: Price;
  /** Any send (up to network version 17). */
  readonly sendBase: Price;
  readonly sendTransferFunds: Price;
  /** More for a transfer of value that invokes nothing (up to network version 17). */
  readonly sendTransferOnlyPremium: Price;
  /** Negative up to network version 17. */
  readonly sendInvokeMethod: Price;

  // State tree
  readonly actorLookup: Price;
  readonly actorUpdate: Price;
  readonly actorCreate: Split;
  /** Negative up to network version 17: a refund. */
  readonly actorDelete: Price;
  readonly addressLookup: Price;
  readonly addressAssignment: Price;
  /** IDs of actors whose look-up and update are never charged. */
  readonly preloadedActors: readonly number[];

  // Signatures and hashes; units are bytes of plain text or input
  readonly verifySecp: Linear;
  readonly verifyBls: Linear;
  readonly recoverSecp: Price;
  readonly blsPairing: Price;
  readonly blsHashing: Price;
  /** Any hash. The per byte prices of the functions come on top. */
  readonly hashing: Price;
  readonly hashSha256: Price;
  readonly hashBlake2b256: Price;
  readonly hashBlake2b512: Price;
  readonly hashKeccak256: Price;
  readonly hashRipemd160: Price;

  // Proofs
  readonly computeUnsealedSectorCid: Price;
  readonly verifySeal: Price;
  /** By registered seal proof type; types that are not listed cost as `DEFAULT_AGGREGATE`. */
  readonly verifyAggregateSeals: ReadonlyMap<number, AggregatePrice>;
  readonly verifyReplicaUpdate: Price;
  /** Per challenged sector, the same for all window proof types. */
  readonly verifyPost: Linear;
  readonly verifyConsensusFault: Split;

  // What the node is asked
  readonly randomness: Split;
  /** Per byte of what is hashed with the randomness: 48 bytes and the entropy. */
  readonly randomnessPerByte: Price;
  readonly tipsetCidLatest: Price;
  readonly tipsetCidHistorical: Price;
  /** Randomness and tipset CIDs, per epoch looked back. */
  readonly lookback: Linear;

  // Blocks; units are bytes
  readonly blockOpen: Split;
  readonly blockMemcpy: Price;
  readonly blockAllocate: Price;
  /** Part of the price of opening and creating a block (up to network version 17). */
  readonly blockRetention: Price;
  /** The least that opening or creating a block costs. */
  readonly blockRetentionMinimum: Price;
  readonly blockLinkCompute: Linear;
  readonly blockLinkStorage: Linear;
  readonly linkTracked: Price;
  readonly linkChecked: Price;
  readonly cborScanPerField: Price;
  readonly cborScanPerCid: Price;

  // Events
  /** Per byte of the event's CBOR. */
  readonly eventValidation: Linear;
  /** Per entry. */
  readonly eventEntries: Linear;
  /** Per byte of text. */
  readonly utf8Validation: Linear;

  // Execution
  readonly syscall: Price;
  readonly instruction: Price;
  /** Memory made, grown, filled or copied, per byte; tables count as 8 bytes per element. */
  readonly memoryPerByte: Price;
}

/** The seal proof type (32 GiB V1P1) whose aggregate price types without their own have. */
export const DEFAULT_AGGREGATE = 8;
