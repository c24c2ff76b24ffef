/** The parts of a node: a chain of a folder, which stands still, or one that the node makes. */
import { ChainStore } from "../../chain/store/chain-store.js";
import { openBundle } from "../../tools/bundles/bundle.js";
import { bundleFolders, findBundle } from "../../tools/bundles/folders.js";
import { pinnedManifest } from "../../tools/bundles/pins.js";
import { NEWEST_VERSION, networkVersion } from "../../vm/network/version.js";
import { NodeChain } from "../chain/node-chain.js";
import { TipsetTraces } from "../chain/traced-tipset.js";
import type { MnemonicKeys } from "../dev/accounts.js";
import { type DevChainOptions, startDevChain } from "../dev/start.js";
import { EthView } from "../eth/eth-view.js";
import type { Node, NodeSettings } from "../node.js";
import { MessagePool } from "../pool/message-pool.js";
import type { DevOptions, NodeOptions } from "./options.js";

/** A node's parts, and what ends them. */
export interface OpenedNode {
  readonly node: Node;
  /** Keys that the node has. */
  readonly keys: MnemonicKeys;
  readonly close: () => Promise<void>;
}

const USUAL_BUNDLE = "mainnet";

/** Throws `FvmError`: as `ChainStore.open` and `NodeChain.ofStore`, or as `findBundle` and `startDevChain`. */
export function openNode(options: NodeOptions, settings: NodeSettings): Promise<OpenedNode> {
  return options.data === undefined
    ? makeChain(options, settings)
    : openFolder(options.data, options, settings);
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
    const close = () => {
      stopFollowing();
      return store.close();
    };
    return { node: nodeOf(chain, pool, settings), keys: { eth: [], filecoin: [] }, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function makeChain(options: NodeOptions, settings: NodeSettings): Promise<OpenedNode> {
  const { mining, interval } = options;
  const { chain, pool, dev, keys } = await startDevChain(devChainOptions(options));
  if (!mining || interval !== undefined) dev.automine = false;
  if (interval !== undefined) dev.setInterval(interval * 1000);
  return { node: { ...nodeOf(chain, pool, settings), dev }, keys, close: () => dev.close() };
}

function nodeOf(chain: NodeChain, pool: MessagePool, settings: NodeSettings): Node {
  const eth = new EthView(chain, pool, settings);
  return { chain, pool, eth, traces: new TipsetTraces(chain), settings };
}

function devChainOptions(options: DevOptions): DevChainOptions {
  const { bundles, append, networkVersion: version = NEWEST_VERSION, bundle = USUAL_BUNDLE } = options;
  const { chainId, mnemonic, accounts, balance, miners, blockDelay, time, log } = options;
  const name = { version: networkVersion(version).actorsVersion, network: bundle };
  const actors = openBundle(findBundle(bundleFolders(bundles), name), pinnedManifest(name));
  const given = { chainId, mnemonic, accounts, balance, miners, blockDelay, time, log, appends: append };
  return { actors, bundle, networkVersion: version, ...withoutUndefined(given) };
}

type Present<T> = { [N in keyof T]?: Exclude<T[N], undefined> };

function withoutUndefined<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
