import type { Cid } from "../../encoding/cid.js";

/** Where the blocks of a CAR file are. */
export interface BlockIndex {
  /** Roots of the CAR. */
  readonly roots: readonly Cid[];
  /** The block's bytes, if it is in the CAR. Throws `FvmError` INVALID_CAR, and the file system's errors. */
  find(cid: Cid): Uint8Array | undefined;
}
