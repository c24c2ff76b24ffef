import { BlockCache } from "../../blockstore/block-cache.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, isBinaryCid } from "../../encoding/cid.js";
import {
  is,
  isAmount128,
  isArray,
  isCount,
  isFlag,
  isFunction,
  isObject,
  isSignal,
  isU64,
  oneOf,
  optional,
  withMethods,
} from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import { type Externs, isExterns, type SupplySource } from "../externs/externs.js";
import type { DebugSink } from "../kernel/machine-context.js";
import { isNetwork, type NetworkVersion } from "../network/version.js";
import type { ProofVerifier } from "../proofs/verifier.js";
import type { StateDiff } from "../state-tree/state-diff.js";
import type { Observer } from "../trace/observation.js";
import { CodeCache } from "./code-cache.js";
import type { Machine } from "./machine.js";

/** A machine's parts. */
export interface MachineOptions {
  /** The network version, published or derived, or its number. */
  readonly network: NetworkVersion | number;
  /** Root of the state to start from. */
  readonly stateRoot: Cid;
  /**
   * Changes of that state to start from, in order, each of the state that those before it have left. What they
   * refer to must be in the blockstore, or in machines of `blocksOf`. Default: none.
   */
  readonly changes?: readonly StateDiff[];
  /**
   * Machines of this thread whose blocks that are not flushed yet are taken over, without copying: as those are
   * now, whatever becomes of these machines. Default: none.
   */
  readonly blocksOf?: readonly Machine[];
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
  readonly timestamp?: U64;
  /** attoFIL per gas, below 2^128. Default 0. */
  readonly baseFee?: bigint;
  /** attoFIL, below 2^128; or a function that computes it, called when an actor first asks. Default 0. */
  readonly circulatingSupply?: bigint | SupplySource;
  /** Default 0. */
  readonly chainId?: U64;
  /** The node's answers. Default: there is no answer to anything. */
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
   * The code of each actor that runs must be in the blockstore, even if the process has compiled it already; code of others
   * need not be there. For a `RecordingBlockstore`, and for stores of what one has recorded. Default: builtin actors must
   * all be there, or compiled.
   */
  readonly requiresCode?: boolean;
  /**
   * Where compiled actors are kept between processes; false: nowhere.
   * Default: `CodeCache.standard()`, in the user's cache folder.
   */
  readonly codeCache?: CodeCache | false;
  /** Lets actors write debug output, and tells them so. Default: they cannot, unless the network says so. */
  readonly debug?: DebugSink;
  /** Is told all that the messages do. Default: nobody is, at no cost. */
  readonly observer?: Observer;
  /** Gives the creation up. */
  readonly signal?: AbortSignal;
}

const CHECKS: Checks<MachineOptions> = {
  network: isNetwork,
  stateRoot: isBinaryCid,
  changes: optional(isArray),
  blocksOf: optional(isArray),
  blockstore: withMethods("get", "putMany"),
  blockCache: optional(is(BlockCache.is, "a BlockCache")),
  epoch: isCount,
  timestamp: optional(isU64),
  baseFee: optional(isAmount128),
  circulatingSupply: (value) => (typeof value === "function" ? undefined : optional(isAmount128)(value)),
  chainId: optional(isU64),
  externs: optional(isExterns),
  proofs: optional(withMethods("verifySeal", "verifyAggregate", "verifyWindowPost", "verifyUpdate")),
  manifest: optional(isBinaryCid),
  missingBlocks: optional(oneOf("host-fault", "receipt")),
  requiresCode: optional(isFlag),
  codeCache: optional(is((value) => value === false || value instanceof CodeCache, "a CodeCache or false")),
  debug: optional(isObject),
  observer: optional(isFunction),
  signal: optional(isSignal),
};

/** Options with each read once. Throws `FvmError` INVALID_OPTION. */
export function checkedMachineOptions(options: MachineOptions): MachineOptions {
  return checkedOptions(options, CHECKS);
}
