import { type BlockAccessOptions, walkBlocks } from "../../blockstore/access.js";
import { BlockCache } from "../../blockstore/block-cache.js";
import type { Blocks, Blockstore } from "../../blockstore/blocks.js";
import { type Cid, checkCid, cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { BlockNotFound } from "../../ipld/block-access.js";
import { CborWriter } from "../../ipld/cbor.js";
import { retrying, retryingInside } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import { type ActorId, type ActorState, SingletonId, withState } from "../../vm/state-tree/actor-state.js";
import { type Manifest, readManifest, readManifestRoot } from "../../vm/state-tree/manifest.js";
import { StoredState, stateRootCodec } from "../../vm/state-tree/state-view.js";
import { readBuiltinActors } from "../../vm/state-tree/system-actor.js";
import { actorsRemedy, manifestOf } from "../networks/manifests.js";
import type { ChainNetwork } from "../networks/networks.js";
import { UPGRADES, type Upgrade, type UpgradeName } from "../networks/upgrades.js";
import { type Adaptation, MIGRATIONS, type Migration } from "./migrations.js";
import { CodeSwap } from "./swap-codes.js";

/** Bytes: the tree's path and the blocks of one batch. What is read once need not push others' blocks out. */
const CACHE_BYTES = 8 << 20;

/** State trees of network version 18 on. */
const TREE_VERSION = 5;

/**
 * The state after an upgrade of a network: `stateRoot` itself, or a new one whose blocks are in the store. The new
 * builtin actors must be there before. Takes memory for a few thousand blocks, however large the state is.
 *
 * @param stateRoot the state after the upgrade's epoch, the last of the old version
 * @throws FvmError UPGRADE_NOT_SUPPORTED if states of actors would have to be rewritten in a way that this package
 * does not know; ACTORS_MISSING if the store lacks the new actors; INVALID_STATE; otherwise as `readBlocks`
 */
export async function migrateState(
  store: Blockstore,
  network: ChainNetwork,
  upgrade: Upgrade,
  stateRoot: Cid,
  { signal }: Pick<BlockAccessOptions, "signal"> = {},
): Promise<Cid> {
  checkCid(stateRoot);
  const migration = migrationOf(upgrade);
  if (migration.kind === "none") return stateRoot;
  const blockCache = BlockCache.create(CACHE_BYTES);
  const swap = (blocks: Blocks) => migrated(blocks, network, upgrade, stateRoot, migration.adapt);
  try {
    return await walkBlocks(store, swap, { blockCache, ...(signal !== undefined && { signal }) });
  } finally {
    blockCache.clear();
  }
}

/** Whether this package can execute an upgrade. Throws `FvmError` UPGRADE_NOT_SUPPORTED if it cannot. */
export function requireMigration(upgrade: Upgrade): void {
  migrationOf(upgrade);
}

function migrationOf(upgrade: Upgrade): Exclude<Migration, { kind: "rewrite" }> {
  const name = upgrade.name ?? usualName(upgrade.networkVersion);
  const migration = name === undefined ? undefined : MIGRATIONS[name];
  if (migration !== undefined && migration.kind !== "rewrite") return migration;
  throw new FvmError("UPGRADE_NOT_SUPPORTED", {
    upgrade: name ?? "of no name",
    networkVersion: upgrade.networkVersion,
    epoch: upgrade.height,
    reason: migration === undefined ? "it is not known" : `it rewrites ${migration.what}`,
  });
}

/** The first upgrade that leads to a version. */
function usualName(version: number): UpgradeName | undefined {
  return UPGRADES.find(([, networkVersion]) => networkVersion === version)?.[0];
}

function* migrated(
  blocks: Blocks,
  network: ChainNetwork,
  upgrade: Upgrade,
  stateRoot: Cid,
  adaptation: Adaptation | undefined,
): Waits<Cid> {
  const { list, manifest } = yield* newActors(blocks, network, upgrade);
  const before = yield* retrying(() => StoredState.load(blocks, stateRoot, [TREE_VERSION]));
  const codes = yield* retrying(() => {
    const old = readManifest(blocks, readBuiltinActors(blocks, before), []);
    return new Map(old.entries.map(([name, code]) => [code, codeNamed(manifest, name)]));
  });
  const fields = yield* retrying(() => blocks.read(stateRoot, stateRootCodec));
  const actors = yield* new CodeSwap(blocks, codes).run(fields.actors);
  const swapped = blocks.write({ ...fields, actors }, stateRootCodec);
  const root = yield* retrying(() => {
    const state = StoredState.load(blocks, swapped, [TREE_VERSION]);
    const changed = new Map<ActorId, ActorState>([[SingletonId.System, systemActor(blocks, state, list)]]);
    if (adaptation !== undefined) {
      const actor = actorOf(state, adaptation.actor);
      const adapted = adaptation.adapt(actor, { blocks, network, upgrade, manifest });
      if (adapted !== undefined) changed.set(adaptation.actor, adapted);
    }
    return state.with(changed, blocks).root;
  });
  yield blocks.flush(root, "current");
  return root;
}

/** The new builtin actors, which must be in the store. */
function* newActors(
  blocks: Blocks,
  network: ChainNetwork,
  upgrade: Upgrade,
): Waits<{ readonly list: Cid; readonly manifest: Manifest }> {
  const root = manifestOf(network, upgrade);
  const missing = () =>
    new FvmError("ACTORS_MISSING", {
      networkVersion: upgrade.networkVersion,
      network: network.bundle,
      manifest: root === undefined ? "of no released bundle" : cidText(root),
      remedy: actorsRemedy(network, upgrade.networkVersion),
    });
  if (root === undefined) throw missing();
  try {
    return yield* retryingInside(() => {
      const list = readManifestRoot(blocks, root);
      return { list, manifest: readManifest(blocks, list, []) };
    });
  } catch (error) {
    throw error instanceof BlockNotFound ? missing() : error;
  }
}

function codeNamed(manifest: Manifest, name: string): Cid {
  const code = manifest.code(name);
  if (code === undefined) throw new FvmError("INVALID_MANIFEST", { reason: `no actor ${name}` });
  return code;
}

function systemActor(blocks: Blocks, state: StoredState, list: Cid): ActorState {
  const data = new CborWriter().array(1).cid(list).finish();
  return withState(actorOf(state, SingletonId.System), blocks.put(DAG_CBOR, data));
}

function actorOf(state: StoredState, id: ActorId): ActorState {
  const actor = state.getActor(id);
  if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: `there is no actor f0${id}` });
  return actor;
}
