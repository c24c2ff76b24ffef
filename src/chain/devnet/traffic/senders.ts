import { walkBlocks } from "../../../blockstore/access.js";
import type { Blockstore } from "../../../blockstore/blocks.js";
import type { Cid } from "../../../encoding/cid.js";
import { retrying } from "../../../ipld/retrying.js";
import { networkVersion } from "../../../vm/network/version.js";
import { StoredState } from "../../../vm/state-tree/state-view.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { Sender } from "./plan.js";

/** The keys that have an account in a state. @param version network version of the state */
export function readSenders(
  blockstore: Blockstore,
  stateRoot: Cid,
  version: number,
  keys: readonly SigningKey[],
  signal: AbortSignal | undefined,
): Promise<readonly Sender[]> {
  const { treeVersions } = networkVersion(version).rules.state;
  return walkBlocks(
    blockstore,
    function* (blocks) {
      const state = yield* retrying(() => StoredState.load(blocks, stateRoot, treeVersions));
      const found: Sender[] = [];
      for (const key of keys) {
        const sender = yield* retrying(() => senderIn(state, key));
        if (sender !== undefined) found.push(sender);
      }
      return found;
    },
    signal === undefined ? {} : { signal },
  );
}

function senderIn(state: StoredState, key: SigningKey): Sender | undefined {
  const id = state.resolveAddress(key.address);
  const actor = id === undefined ? undefined : state.getActor(id);
  return id === undefined || actor === undefined ? undefined : { key, id, nonce: actor.nonce };
}
