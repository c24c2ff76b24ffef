import { stat } from "node:fs/promises";
import type { Blockstore } from "../../blockstore/blocks.js";
import { CarBlockstore } from "../../blockstore/car/car-blockstore.js";
import { LayeredBlockstore } from "../../blockstore/layered-blockstore.js";
import { writeFirstBlock } from "../../chain/devnet/genesis-block.js";
import { networkFile } from "../../chain/devnet/network-file.js";
import { Chain } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { bundleRemedy, manifestOf } from "../../chain/networks/manifests.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../chain/networks/networks.js";
import { lastUpgrade } from "../../chain/networks/upgrades.js";
import { ChainStore } from "../../chain/store/chain-store.js";
import type { ActorsSource } from "../../chain/store/import-snapshot.js";
import { type KnownNetwork, type NetworkSource, networkOf } from "../../chain/store/network-source.js";
import { headKey } from "../../chain/store/snapshot-head.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { decodeCbor } from "../../ipld/cbor.js";
import { native } from "../../native/index.js";
import { networkVersion } from "../../vm/network/version.js";
import { stateRootCodec } from "../../vm/state-tree/state-view.js";
import type { ChainBase, ForkPoint } from "./chain-base.js";
import { openDevFolder } from "./dev-folder.js";
import { FolderDevStore } from "./dev-store.js";
import { type BeaconSettings, devBeacon } from "./genesis.js";
import { pointBelow } from "./point-below.js";

/** A chain or a state on disk to go on from. */
export interface ChainFile {
  /**
   * A chain's folder, imported or another node's; or a CAR: of a chain, such as a snapshot or a genesis, or of one state,
   * whose root is its root. CARs are read where they are; compressed ones need Forest's index for that.
   */
  readonly path: string;
  /** The last epoch that the chains have in common. Default: the last one whose results are known. */
  readonly epoch?: number;
  /** Default: what the folder remembers, or the network that anybody can join whose genesis is there. */
  readonly network?: NetworkSource;
}

/** Facts of a chain that begins with somebody's state, whose network is nobody's. */
export interface NewNetwork extends BeaconSettings {
  readonly chainId: number;
  readonly bundle: string;
  readonly networkVersion: number;
}

/** Options of `openChainFile`. */
export interface ChainFileOptions {
  readonly fresh: NewNetwork;
  /** Builtin actors that the file does not have. */
  readonly bundles: ActorsSource | undefined;
}

/**
 * Opens a chain on disk beneath one's own blocks.
 *
 * @throws FvmError as `ChainStore.open` or `CarBlockstore.open`; `point` also INVALID_OPTION, INVALID_SNAPSHOT, and what
 *   reading tipsets throws
 */
export async function openChainFile(
  own: Blockstore,
  file: ChainFile,
  options: ChainFileOptions,
): Promise<ChainBase> {
  if ((await stat(file.path)).isDirectory()) return openFolder(own, file, options);
  const car = await CarBlockstore.open(file.path);
  const blockstore = new LayeredBlockstore([own, car], { keep: false });
  return {
    blockstore,
    index: undefined,
    point: () => pointOfCar(blockstore, car, file, options),
    close: async () => car.close(),
  };
}

async function openFolder(
  own: Blockstore,
  { path, epoch, network }: ChainFile,
  { bundles }: ChainFileOptions,
): Promise<ChainBase> {
  if (await FolderDevStore.holds(path)) {
    if (network === undefined) return openDevFolder(own, { path, ...(epoch !== undefined && { epoch }) });
    throw new FvmError("INVALID_OPTION", { option: "network", reason: `the chain of ${path} has its own` });
  }
  const store = await ChainStore.open(path, network === undefined ? {} : { network });
  const blockstore = new LayeredBlockstore([own, store.blockstore], { keep: false });
  const point = async () => {
    const head = await new Chain(blockstore).tipset((await store.head()).key);
    await putActors(blockstore, store.networkSource, head.epoch, bundles);
    return pointBelow(new Chain(blockstore, { index: store }), head, epoch, store.networkSource);
  };
  return { blockstore, index: store, point, close: () => store.close() };
}

async function pointOfCar(
  blockstore: Blockstore,
  car: CarBlockstore,
  { path, epoch, network }: ChainFile,
  { fresh, bundles }: ChainFileOptions,
): Promise<ForkPoint> {
  const key = headKey(car.roots, (cid) => car.get(cid));
  const root = isStateRoot(car, key) ? key[0] : undefined;
  const chain = new Chain(blockstore);
  const head = root === undefined ? await chain.tipset(key) : await firstBlock(blockstore, root, fresh);
  const source = network ?? knownNetwork(car) ?? newNetwork(path, head, fresh);
  await putActors(blockstore, source, head.epoch, bundles);
  return pointBelow(chain, head, epoch, source);
}

function isStateRoot(car: CarBlockstore, [first, ...others]: readonly Cid[]): boolean {
  const data = first === undefined || others.length > 0 ? undefined : car.get(first);
  if (data === undefined) return false;
  try {
    decodeCbor(stateRootCodec, data);
    return true;
  } catch {
    return false;
  }
}

/** A genesis with a state. */
function firstBlock(blockstore: Blockstore, stateRoot: Cid, fresh: NewNetwork): Promise<ChainTipset> {
  const timestamp = Math.floor(Date.now() / 1000) - 2 * fresh.blockDelay;
  const ticket = native.blake2b(Buffer.from(fresh.networkName), 32);
  const { networkVersion } = fresh;
  return writeFirstBlock(blockstore, stateRoot, { networkVersion, timestamp, ticket, baseFee: 100n });
}

function knownNetwork(car: CarBlockstore): KnownNetwork | undefined {
  const names = Object.keys(CHAIN_NETWORKS) as KnownNetwork[];
  return names.find((name) => car.get(CHAIN_NETWORKS[name].genesis.cid) !== undefined);
}

/** A network that begins here. Throws `FvmError` INVALID_OPTION if it has begun before. */
function newNetwork(path: string, head: ChainTipset, fresh: NewNetwork): NetworkSource {
  if (head.epoch > 0) {
    const reason = `${path} does not say of which network it is, and nothing else does`;
    throw new FvmError("INVALID_OPTION", { option: "network", reason });
  }
  const beacon = devBeacon(fresh, Number(firstHeader(head).timestamp))?.beacon;
  const facts = { genesisVersion: fresh.networkVersion, upgrades: [], manifests: new Map(), beacon };
  return networkFile({ ...fresh, ...facts }, head);
}

/** Stores the builtin actors in force and those of later upgrades, as far as they are to be had. */
async function putActors(
  blockstore: Blockstore,
  source: NetworkSource,
  epoch: number,
  bundles: ActorsSource | undefined,
): Promise<void> {
  const network = networkOf(source);
  const inForce = lastUpgrade(network, epoch - 1) ?? { networkVersion: network.genesisVersion };
  const later = network.upgrades.filter(({ height }) => height >= epoch);
  for (const upgrade of [inForce, ...later]) {
    const manifest = manifestOf(network, upgrade);
    if (manifest === undefined || (await blockstore.get(manifest)) !== undefined) continue;
    const blocks = await bundles?.(manifest);
    if (blocks !== undefined) await blockstore.putMany([...blocks]);
    else if (upgrade === inForce) throw noActors(network, inForce.networkVersion, manifest);
  }
}

function noActors(network: ChainNetwork, version: number, manifest: Cid): FvmError {
  const { actorsVersion } = networkVersion(version, { experimental: true });
  return new FvmError("ACTORS_MISSING", {
    networkVersion: version,
    network: network.bundle,
    manifest: cidText(manifest),
    remedy: bundleRemedy(actorsVersion, network.bundle),
  });
}
