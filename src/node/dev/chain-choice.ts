import type { Fork } from "./fork/fork-store.js";

/** Chains that a development node can have, one after the other. What fails leaves the node with the one that it has. */
export interface ChainChoice {
  /** Goes back to where the node began. What waits, snapshots and impersonations are gone. */
  reset(): Promise<void>;
  /**
   * Goes on from a chain elsewhere. Throws `FvmError` DOWNLOAD_FAILED, INVALID_OPTION.
   *
   * @param url Default: that of the chain which it goes on from now
   */
  fork(fork: Partial<Fork>): Promise<void>;
  /** Has a fork ask another node from now on. Throws `FvmError` INVALID_OPTION if it is none. */
  setForkUrl(url: string): Promise<void>;
  /** The chain, its clock and all its blocks, compressed by gzip: as `--state` keeps it. */
  dump(): Promise<Uint8Array>;
  /** Goes on with a dumped chain. Throws `FvmError` INVALID_CAR, INVALID_STORE. */
  load(data: Uint8Array): Promise<void>;
}
