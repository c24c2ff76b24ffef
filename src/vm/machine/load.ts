import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { NetworkVersion } from "../network/version.js";
import { type Manifest, readManifest, readManifestRoot } from "../state-tree/manifest.js";
import { StateTree } from "../state-tree/state-tree.js";
import { readBuiltinActors } from "../state-tree/system-actor.js";

export interface LoadedState {
  readonly tree: StateTree;
  readonly manifest: Manifest;
}

/**
 * What a machine reads before anything else: its state root and the list of builtin actors. Throws what
 * `Blocks.get` throws.
 *
 * @param manifest of a bundle, instead of the list that the system actor names
 */
export function loadState(
  blocks: Blocks,
  network: NetworkVersion,
  stateRoot: Cid,
  manifest: Cid | undefined,
): LoadedState {
  const { rules } = network;
  const tree = StateTree.load(blocks, stateRoot, rules.state.treeVersions);
  const data = manifest === undefined ? readBuiltinActors(blocks, tree) : readManifestRoot(blocks, manifest);
  return { tree, manifest: readManifest(blocks, data, requiredActors(network)) };
}

/** Actors without which messages cannot be executed. Source: fvm/src/machine/manifest.rs. */
function requiredActors({ rules }: NetworkVersion): readonly string[] {
  const always = ["account", "system", "init"];
  return rules.calls.createsPlaceholders ? [...always, "placeholder", "eam", "ethaccount"] : always;
}
