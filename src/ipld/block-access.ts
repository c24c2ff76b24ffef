/** Blocks as data structures see them. */
import type { Cid } from "../encoding/cid.js";
import type { DecodedBlocks } from "./decoded-blocks.js";

export interface Block {
  readonly cid: Cid;
  /** May be a view of a larger buffer that other blocks are in, too. */
  readonly data: Uint8Array;
}

/** A machine's blocks, as data structures need them. */
export interface BlockAccess {
  /** See `Blocks.get`. */
  get(cid: Cid): Uint8Array;
  /** See `Blocks.put`. */
  put(codec: number, data: Uint8Array | string): Cid;
  /** Values that were decoded already. */
  readonly decoded: DecodedBlocks;
}

/** The store definitely does not have this block. Callers make a `Fatal` or a `HostFault` of it. */
export class BlockNotFound {
  constructor(readonly cid: Cid) {}
}

/**
 * The block is on its way. Await `pending`, undo the step and run it again: then the block is in place.
 * `pending` rejects with a `HostFault` or `BlockNotFound`.
 */
export class MissingBlock {
  constructor(
    readonly cid: Cid,
    readonly pending: Promise<void>,
  ) {}
}
