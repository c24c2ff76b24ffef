import { type Address, addressId } from "../../address/address.js";
import { type BlockAccessOptions, walkBlocks } from "../../blockstore/access.js";
import { BlockCache } from "../../blockstore/block-cache.js";
import type { Blocks, Blockstore } from "../../blockstore/blocks.js";
import { BuiltinActors } from "../../builtin/builtin-actors.js";
import { type Cid, isBinaryCid } from "../../encoding/cid.js";
import { BlockNotFound } from "../../ipld/block-access.js";
import { retryingInside } from "../../ipld/retrying.js";
import { is, isCount, isSignal, optional, withMethods } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import type { Waits } from "../../util/waits.js";
import { type ManifestEntry, readManifest } from "../../vm/state-tree/manifest.js";
import type { StateView, StoredState } from "../../vm/state-tree/state-view.js";
import { readBuiltinActors } from "../../vm/state-tree/system-actor.js";
import { loadState } from "./states.js";

/** A state that is in a blockstore. */
export interface StateAt {
  readonly root: Cid;
  /** Network version, which says how builtin actors write what they keep. */
  readonly network: number;
}

const STATE_CHECKS: Checks<StateAt> = { root: isBinaryCid, network: isCount };
const isBlockstore = withMethods("get", "putMany");

/** A state that a caller names. Throws `FvmError` INVALID_OPTION. */
export function checkedState(option: string, state: StateAt): StateAt {
  return checkedOptions(state, STATE_CHECKS, option);
}

/** Throws `FvmError` INVALID_OPTION if it is no blockstore. */
export function checkStore(store: Blockstore): void {
  checkOption("store", store, isBlockstore);
}

/** Checks of options with which states are read. */
export const READ_CHECKS: Checks<BlockAccessOptions> = {
  blockCache: optional(is(BlockCache.is, "a BlockCache")),
  signal: optional(isSignal),
};

/** A state to look into. */
export interface InspectedState<V extends StateView = StateView> {
  readonly view: V;
  readonly blocks: Blocks;
  /** Meaning of the states of builtin actors. */
  readonly actors: BuiltinActors;
}

/**
 * The state of a root, with the builtin actors that its system actor lists. Throws as `loadState`, and `FvmError`
 * INVALID_STATE, UNKNOWN_NETWORK_VERSION.
 */
export function* openState(blocks: Blocks, { root, network }: StateAt): Waits<InspectedState<StoredState>> {
  const view = yield* retryingInside(() => loadState(blocks, root));
  const { entries } = yield* retryingInside(() => readManifest(blocks, readBuiltinActors(blocks, view), []));
  return inspectedState(view, blocks, entries, network);
}

/** A state whose builtin actors are known. */
export function inspectedState<V extends StateView>(
  view: V,
  blocks: Blocks,
  builtins: readonly ManifestEntry[],
  network: number,
): InspectedState<V> {
  const actors = new BuiltinActors(builtins, network, { codeOf: (address) => codeOf(view, address) });
  return { view, blocks, actors };
}

/** Code of an address's actor; undefined also if the store has only a part of the state, and this is not in it. */
function codeOf(view: StateView, address: Address): Cid | undefined {
  try {
    const id = addressId(address) ?? view.resolveAddress(address);
    return id === undefined ? undefined : view.getActor(id)?.code;
  } catch (error) {
    if (error instanceof BlockNotFound) return undefined;
    throw error;
  }
}

/** Reads a state. Throws as `openState`, and `FvmError` INVALID_OPTION. */
export async function onState<T>(
  store: Blockstore,
  at: StateAt,
  read: (state: InspectedState<StoredState>) => Waits<T>,
  options: BlockAccessOptions,
): Promise<T> {
  checkStore(store);
  const checked = checkedState("state", at);
  return walkBlocks(
    store,
    function* (blocks) {
      return yield* read(yield* openState(blocks, checked));
    },
    checkedOptions(options, READ_CHECKS),
  );
}
