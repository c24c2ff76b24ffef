import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { retrying } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import type { NetworkVersion } from "../network/version.js";
import { type Manifest, readManifest, readManifestRoot } from "../state-tree/manifest.js";
import type { StateDiff } from "../state-tree/state-diff.js";
import { StateTree } from "../state-tree/state-tree.js";
import { type StateView, StoredState } from "../state-tree/state-view.js";
import { readBuiltinActors } from "../state-tree/system-actor.js";
import { changedState } from "./changed-state.js";

export interface LoadedState {
  readonly tree: StateTree;
  readonly manifest: Manifest;
  /** The manifest's list of actors. */
  readonly builtins: Cid;
}

/** State that an amendment may change: the tree, with blocks for what it writes. */
export interface AmendableState extends LoadedState {
  readonly blocks: Blocks;
  readonly network: NetworkVersion;
}

/**
 * Makes a state another one before a machine begins. Synchronous; it is undone and done again whenever it has to wait
 * for a block.
 */
export type Amendment = (state: AmendableState) => void;

/** State that a machine starts from. */
export interface StateSource {
  readonly stateRoot: Cid;
  /** Changes of that state, checked. */
  readonly changes: readonly StateDiff[];
  /** Manifest of a bundle, instead of the list that the system actor names. */
  readonly manifest: Cid | undefined;
  /** Made to the state with the changes. */
  readonly amendment?: Amendment | undefined;
}

/**
 * Reads all that a machine needs before anything else: its state and the list of builtin actors. Throws what
 * `Blocks.get` and `changedState` throw.
 */
export function* loadState(
  blocks: Blocks,
  network: NetworkVersion,
  { stateRoot, changes, manifest, amendment }: StateSource,
): Waits<LoadedState> {
  const loaded = yield* loadChanged(blocks, network, stateRoot, changes, manifest);
  if (amendment === undefined) return loaded;
  const { tree } = loaded;
  yield* retrying(
    () => amendment({ ...loaded, blocks, network }),
    () => tree.journal.rollback(0),
  );
  return { ...loaded, tree: tree.continued() };
}

function* loadChanged(
  blocks: Blocks,
  network: NetworkVersion,
  stateRoot: Cid,
  changes: readonly StateDiff[],
  manifest: Cid | undefined,
): Waits<LoadedState> {
  const { treeVersions } = network.rules.state;
  const load = () => StoredState.load(blocks, stateRoot, treeVersions);
  if (changes.length === 0) return yield* retrying(() => loadOver(load(), blocks, network, manifest));
  const state = yield* changedState(yield* retrying(load), changes, blocks);
  return yield* retrying(() => loadOver(state, blocks, network, manifest));
}

function loadOver(
  state: StateView,
  blocks: Blocks,
  network: NetworkVersion,
  manifest: Cid | undefined,
): LoadedState {
  const tree = new StateTree(blocks, state);
  // By the tree, which then knows the system actor: it calls constructors and cron.
  const builtins =
    manifest === undefined ? readBuiltinActors(blocks, tree) : readManifestRoot(blocks, manifest);
  return { tree, manifest: readManifest(blocks, builtins, requiredActors(network)), builtins };
}

/** Actors without which messages cannot be executed. Source: fvm/src/machine/manifest.rs. */
function requiredActors({ rules }: NetworkVersion): readonly string[] {
  const always = ["account", "system", "init"];
  return rules.calls.createsPlaceholders ? [...always, "placeholder", "eam", "ethaccount"] : always;
}
