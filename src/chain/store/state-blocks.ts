/** Blocks of states: for copies of a state, and for what one adds to another. */
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, checkCid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { isSignal, optional } from "../../util/check.js";
import { type Checks, checkedOptionsOnly } from "../../util/options.js";
import { CidSet } from "./cid-set.js";
import { markReachable, reachableBlocks, refuseMissing, type WalkOptions } from "./reachable.js";

/** Options of `blocksBehind` and `blocksBeyond`. */
export interface BlockWalkOptions {
  /** Ends it. */
  readonly signal?: AbortSignal;
}

const CHECKS: Checks<BlockWalkOptions> = { signal: optional(isSignal) };

/**
 * All blocks that a root leads to, itself included: each once, before those that it links to. Memory is bounded, however
 * many they are. Commitments and data within CIDs are not blocks.
 *
 * @throws FvmError INVALID_CID, INVALID_CBOR; `HostFault` BLOCK_NOT_FOUND, CORRUPT_BLOCK; what the store throws; the
 * signal's reason
 */
export async function* blocksBehind(
  store: Blockstore,
  root: Cid,
  options: BlockWalkOptions = {},
): AsyncGenerator<Block> {
  checkCid(root);
  const { signal } = checkedOptionsOnly(options, CHECKS);
  yield* withSet(signal, (walk) => reachableBlocks(store, root, walk));
}

/**
 * The blocks that one root leads to and an earlier one does not: what a state adds to another. Throws as `blocksBehind`.
 */
export async function* blocksBeyond(
  store: Blockstore,
  before: Cid,
  after: Cid,
  options: BlockWalkOptions = {},
): AsyncGenerator<Block> {
  checkCid(before);
  checkCid(after);
  const { signal } = checkedOptionsOnly(options, CHECKS);
  yield* withSet(signal, async function* (walk) {
    await markReachable(store, before, walk);
    yield* reachableBlocks(store, after, walk);
  });
}

async function* withSet(
  signal: AbortSignal | undefined,
  walk: (options: WalkOptions) => AsyncGenerator<Block>,
): AsyncGenerator<Block> {
  const seen = CidSet.temporary();
  try {
    yield* walk({ seen, onMissing: refuseMissing, signal });
  } finally {
    await seen.close();
  }
}
