import type { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { BlockNotFound } from "../../ipld/block-access.js";
import { NEWEST_VERSION, networkVersion, OLDEST_VERSION } from "../../vm/network/version.js";
import { StoredState } from "../../vm/state-tree/state-view.js";

/** Versions of state trees of all networks. */
const TREE_VERSIONS = [
  ...new Set(
    Array.from(
      { length: NEWEST_VERSION - OLDEST_VERSION + 1 },
      (_, i) => networkVersion(OLDEST_VERSION + i).rules.state.treeVersions,
    ).flat(),
  ),
];

/**
 * The state of a root. Throws what `Blocks.get` throws; `FvmError` INVALID_STATE if there is no such block, or the
 * block is no state root.
 */
export function loadState(blocks: Blocks, root: Cid): StoredState {
  try {
    return StoredState.load(blocks, root, TREE_VERSIONS);
  } catch (cause) {
    const reason = reasonOf(cause, root);
    throw reason === undefined
      ? cause
      : new FvmError("INVALID_STATE", { reason, cid: cidText(root) }, { cause });
  }
}

function reasonOf(cause: unknown, root: Cid): string | undefined {
  if (cause instanceof BlockNotFound && cause.cid === root) return "the store lacks the state root";
  if (cause instanceof FvmError && cause.code === "INVALID_CBOR") return "the block is no state root";
  return undefined;
}
