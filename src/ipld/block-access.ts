/** Blocks as data structures see them. */
import type { Cid } from "../encoding/cid.js";
import type { DecodedBlocks } from "./decoded-blocks.js";

/** A block and its CID. */
export interface Block {
  readonly cid: Cid;
  /** May be a view of a larger buffer that other blocks are in, too. */
  readonly data: Uint8Array;
}

/** Blocks as data structures need them. `readBlocks` and `writeBlocks` lend one. */
export interface BlockAccess {
  /** The block's bytes. Throws `MissingBlock`, `BlockNotFound` or `HostFault`. */
  get(cid: Cid): Uint8Array;
  /** Keeps a block and returns its CID, whose hash is blake2b-256. @param data a string is latin1 */
  put(codec: number, data: Uint8Array | string): Cid;
  /** Values that were decoded already. */
  readonly decoded: DecodedBlocks;
}

/** Thrown if the store definitely does not have this block. `readBlocks` makes a `HostFault` of it. */
export class BlockNotFound {
  constructor(readonly cid: Cid) {}
}

/**
 * Thrown if the block is on its way. Await `pending`, undo the step and run it again: then the block is in place.
 * `pending` rejects with a `HostFault` or `BlockNotFound`.
 */
export class MissingBlock {
  constructor(
    readonly cid: Cid,
    readonly pending: Promise<void>,
  ) {}
}
