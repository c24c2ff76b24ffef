import type { PackedBlocks } from "../../blockstore/packed-blocks.js";
import type { Cid } from "../../encoding/cid.js";

/** Data that a checking thread begins with. */
export interface CheckingData {
  /** The chain's, which the thread opens itself. */
  readonly folder: string;
  /** Folder of keys with which winning PoSts are verified. Undefined: they are not. */
  readonly proofKeys: string | undefined;
}

/** A task of a checking thread: tasks begin in the order in which they are given. */
export type CheckingTask =
  /** Read a tipset and begin to check what needs no state; answered at once. */
  | { readonly kind: "prepare"; readonly key: readonly Cid[] }
  /** Check a tipset that is being prepared, on the state that its headers name; answered with whether it is right. */
  | { readonly kind: "check"; readonly key: readonly Cid[] }
  /** Store blocks, when there are enough of them; answered once they are on disk. */
  | { readonly kind: "store"; readonly blocks: PackedBlocks }
  /** Store what there is; answered once that has ended. */
  | { readonly kind: "flush" };
