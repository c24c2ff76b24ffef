import { FvmError } from "../errors.js";
import type { Externs } from "../externs/externs.js";
import type { BlockCache } from "../ipld/block-cache.js";
import type { Blockstore } from "../ipld/blocks.js";
import type { Cid } from "../ipld/cid.js";
import type { NetworkVersion } from "../network/version.js";
import type { ProofVerifier } from "../proofs/verifier.js";
import type { CodeCache } from "./code-cache.js";
import type { DebugSink } from "./context.js";

/** What a machine is made of. */
export interface MachineOptions {
  /** The network version, or its number. */
  readonly network: NetworkVersion | number;
  /** Root of the state to start from. */
  readonly stateRoot: Cid;
  /** Holds the state and the Wasm code of the builtin actors. May be asynchronous. */
  readonly blockstore: Blockstore;
  /**
   * Where blocks of the blockstore are kept in memory. Default: `BlockCache.shared`, that of all machines
   * and threads of the process.
   */
  readonly blockCache?: BlockCache;
  /** Epoch of the tipset in the making. */
  readonly epoch: number;
  /** Seconds since 1970. Default 0. */
  readonly timestamp?: number;
  /** attoFIL per gas, below 2^128. Default 0. */
  readonly baseFee?: bigint;
  /** attoFIL, below 2^128. Default 0. */
  readonly circulatingSupply?: bigint;
  /** Default 0. */
  readonly chainId?: number;
  /** What the machine asks the node. Default: there is no answer to anything. */
  readonly externs?: Externs;
  /** Default: all proofs are rejected. */
  readonly proofs?: ProofVerifier;
  /** A bundle's manifest, instead of the one that the system actor names. */
  readonly manifest?: Cid;
  /**
   * A block that should exist and does not: `host-fault` stops the machine, because our store is the
   * likely culprit; `receipt` gives the reference's fatal receipt. Default `host-fault`.
   */
  readonly missingBlocks?: "host-fault" | "receipt";
  /**
   * Where compiled actors are kept between processes; false: nowhere.
   * Default: `CodeCache.standard()`, in the user's cache folder.
   */
  readonly codeCache?: CodeCache | false;
  /** Lets actors write debug output, and tells them so. Default: they cannot. */
  readonly debug?: DebugSink;
}

/** Throws `FvmError` INVALID_OPTION. */
export function checkOptions(options: MachineOptions): void {
  const { epoch, timestamp = 0, chainId = 0, baseFee = 0n, circulatingSupply = 0n } = options;
  checkNumber("epoch", epoch);
  checkNumber("timestamp", timestamp);
  checkNumber("chainId", chainId);
  checkAmount("baseFee", baseFee);
  checkAmount("circulatingSupply", circulatingSupply);
}

function checkNumber(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new FvmError("INVALID_OPTION", {
    option,
    reason: `${value} is not a whole number from 0 to 2^53 - 1`,
  });
}

/** Actors see amounts in 128 bits. */
function checkAmount(option: string, attoFil: bigint): void {
  if (attoFil >= 0n && attoFil >> 128n === 0n) return;
  throw new FvmError("INVALID_OPTION", {
    option,
    reason: `${attoFil} attoFIL are not between 0 and 2^128 - 1`,
  });
}
