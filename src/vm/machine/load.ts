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
}

/** State that a machine starts from. */
export interface StateSource {
  readonly stateRoot: Cid;
  /** Changes of that state, checked. */
  readonly changes: readonly StateDiff[];
  /** Manifest of a bundle, instead of the list that the system actor names. */
  readonly manifest: Cid | undefined;
}

/**
 * Reads all that a machine needs before anything else: its state and the list of builtin actors. Throws what
 * `Blocks.get` and `changedState` throw.
 */
export function* loadState(
  blocks: Blocks,
  network: NetworkVersion,
  { stateRoot, changes, manifest }: StateSource,
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
  const data = manifest === undefined ? readBuiltinActors(blocks, tree) : readManifestRoot(blocks, manifest);
  return { tree, manifest: readManifest(blocks, data, requiredActors(network)) };
}

/** Actors without which messages cannot be executed. Source: fvm/src/machine/manifest.rs. */
function requiredActors({ rules }: NetworkVersion): readonly string[] {
  const always = ["account", "system", "init"];
  return rules.calls.createsPlaceholders ? [...always, "placeholder", "eam", "ethaccount"] : always;
}
