import { type BlockAccessOptions, walkBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, checkCid } from "../../encoding/cid.js";
import { retrying } from "../../ipld/retrying.js";
import { checkedOptions } from "../../util/options.js";
import type { StateDiff } from "../../vm/state-tree/state-diff.js";
import { storedDifference } from "../../vm/state-tree/stored-difference.js";
import { checkStore, READ_CHECKS } from "./inspected-state.js";
import { loadState } from "./states.js";

/**
 * In what a state differs from an earlier one: the same that `machine.changes()` tells of a machine that made the one
 * from the other. Of what both have, nothing is read, so the cost is that of the difference.
 *
 * @param before root of the earlier state
 * @param after root of the later state
 * @throws FvmError INVALID_OPTION, INVALID_CID; INVALID_STATE if the store lacks a root, or it is none; INVALID_HAMT, INVALID_CBOR on malformed
 * states; `HostFault` BLOCK_NOT_FOUND, BLOCKSTORE_FAILED, CORRUPT_BLOCK; the signal's reason
 */
export async function diffStates(
  store: Blockstore,
  before: Cid,
  after: Cid,
  options: BlockAccessOptions = {},
): Promise<StateDiff> {
  checkStore(store);
  for (const root of [before, after]) checkCid(root);
  return walkBlocks(
    store,
    function* (blocks) {
      const old = yield* retrying(() => loadState(blocks, before));
      const now = yield* retrying(() => loadState(blocks, after));
      return yield* storedDifference(blocks, old, now);
    },
    checkedOptions(options, READ_CHECKS),
  );
}
