/** The parts of a node: a chain of a folder, which stands still, or one that the node makes. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { DATA_FILE } from "../../blockstore/lmdb/data-file.js";
import { ChainStore } from "../../chain/store/chain-store.js";
import { actorsIn } from "../../tools/bundles/actors-source.js";
import { openBundle } from "../../tools/bundles/bundle.js";
import { bundleFolders, findBundle } from "../../tools/bundles/folders.js";
import { pinnedManifest } from "../../tools/bundles/pins.js";
import { NEWEST_VERSION, networkVersion } from "../../vm/network/version.js";
import { NodeChain } from "../chain/node-chain.js";
import type { MnemonicKeys } from "../dev/accounts.js";
import { type DevStore, FolderDevStore, MemoryDevStore } from "../dev/dev-store.js";
import type { DevChainOptions } from "../dev/start.js";
import { readStateFile, writeStateFile } from "../dev/state-file.js";
import type { Node, NodeSettings } from "../node.js";
import { MessagePool } from "../pool/message-pool.js";
import { DevSession } from "./dev-session.js";
import { checkKept } from "./kept-options.js";
import { nodeOf, stopTelling } from "./node-parts.js";
import { type ChainPath, checkImported, checkOwn, type DevOptions, type NodeOptions } from "./options.js";

/** A node's parts, and what ends them. */
export interface OpenedNode {
  readonly node: Node;
  /** Keys that the node has now. */
  readonly keys: () => MnemonicKeys;
  readonly close: () => Promise<void>;
}

const USUAL_BUNDLE = "mainnet";

/** A node's facts besides its chain. */
export interface NodeFacts {
  readonly lotus: boolean;
  /** Version of this package. */
  readonly version: string;
}

/**
 * Throws `FvmError` INVALID_OPTION: as `ChainStore.open` and `NodeChain.ofStore`, or as `findBundle`, `FolderDevStore.open`,
 * `readStateFile` and `startDevChain`.
 */
export async function openNode(options: NodeOptions, facts: NodeFacts): Promise<OpenedNode> {
  const { data } = options;
  if (data !== undefined && (await standsStill(data, options))) {
    checkImported(options);
    return openFolder(data, options, { lotus: facts.lotus, clientVersion: `fvm-node/${facts.version}` });
  }
  checkOwn(options);
  // Hardhat knows nodes by how it begins.
  const clientVersion = `anvil/fvm-node/${facts.version}`;
  return makeChain(options, { lotus: facts.lotus, wholeFees: !facts.lotus, clientVersion });
}

/** Whether a folder has a chain that the node does not make. */
async function standsStill(data: string, { mining }: NodeOptions): Promise<boolean> {
  if (await FolderDevStore.holds(data)) return false;
  return mining === false || existsSync(join(data, DATA_FILE));
}

async function openFolder(
  folder: string,
  { network }: NodeOptions,
  settings: NodeSettings,
): Promise<OpenedNode> {
  const store = await ChainStore.open(folder, { ...(network !== undefined && { network }) });
  try {
    const chain = await NodeChain.ofStore(store);
    const pool = new MessagePool(chain, { asLotus: settings.lotus });
    const stopFollowing = pool.follow(chain);
    const node = nodeOf(chain, pool, settings);
    const close = async () => {
      stopTelling(node);
      stopFollowing();
      await store.close();
    };
    return { node, keys: () => ({ eth: [], filecoin: [] }), close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function makeChain(options: NodeOptions, settings: NodeSettings): Promise<OpenedNode> {
  const { mining = true, interval, data, state } = options;
  const store = await openStore(data, state);
  try {
    if (store.record !== undefined) checkKept(store.record, options);
    const when = { automine: mining && interval === undefined, interval: (interval ?? 0) * 1000 };
    // A chain that is there has its actors.
    const chain = store.record === undefined ? devChainOptions(options) : sharedOptions(options);
    const session = await DevSession.start({ ...chain, store }, settings, when);
    const close = async () => {
      await session.close();
      if (state !== undefined) await writeStateFile(state, store.blockstore, session.record());
      await store.close();
    };
    return { node: session.node, keys: () => session.keys, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openStore(data: string | undefined, state: string | undefined): Promise<DevStore> {
  if (data !== undefined) return FolderDevStore.open(data);
  return state === undefined ? new MemoryDevStore() : readStateFile(state);
}

function devChainOptions(options: NodeOptions): DevChainOptions {
  const { fork, from } = options;
  if (fork !== undefined) return { ...sharedOptions(options), fork };
  return from === undefined ? ownChainOptions(options) : fromDisk(options, from);
}

/** On what is on disk, with the builtin actors that it lacks. */
function fromDisk(options: NodeOptions, from: ChainPath): DevChainOptions {
  const { network, networkVersion, bundle, chainId, blockDelay, miners, beacon } = options;
  return {
    ...sharedOptions(options),
    ...withoutUndefined({ networkVersion, bundle, chainId, blockDelay, miners, beacon }),
    from: { ...from, path: resolve(from.path), ...(network !== undefined && { network }) },
    bundles: actorsIn(bundleFolders(options.bundles)),
  };
}

/** Options of own chains and forks alike. */
function sharedOptions(options: DevOptions) {
  const { append: appends, mnemonic, accounts, balance, time, log } = options;
  return withoutUndefined({ appends, mnemonic, accounts, balance, time, log });
}

function ownChainOptions(options: DevOptions): DevChainOptions {
  const { bundles, networkVersion: version = NEWEST_VERSION, bundle = USUAL_BUNDLE } = options;
  const { chainId, miners, blockDelay, beacon } = options;
  const name = { version: networkVersion(version).actorsVersion, network: bundle };
  const actors = openBundle(findBundle(bundleFolders(bundles), name), pinnedManifest(name));
  const own = withoutUndefined({ chainId, miners, blockDelay, beacon });
  return { actors, bundle, networkVersion: version, ...sharedOptions(options), ...own };
}

type Present<T> = { [N in keyof T]?: Exclude<T[N], undefined> };

function withoutUndefined<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
