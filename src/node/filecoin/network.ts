/** Facts that Lotus's `State*` methods tell of the network: names, versions, actors, randomness. */
import { walkBlocks } from "../../blockstore/access.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { beaconAt } from "../../chain/networks/beacons.js";
import { manifestOf } from "../../chain/networks/manifests.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { beaconEntryAt, chainRandomness } from "../../chain/node/randomness.js";
import { beaconRoundAt } from "../../chain/rules/beacon-round.js";
import { mockEntry } from "../../chain/signatures/beacon.js";
import type { BeaconEntry } from "../../chain/types/header.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { retrying } from "../../ipld/retrying.js";
import { native } from "../../native/index.js";
import { concatBytes } from "../../util/bytes.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { type ManifestEntry, readManifest, readManifestRoot } from "../../vm/state-tree/manifest.js";
import type { NodeChain } from "../chain/node-chain.js";
import { onParentState, recordOf } from "./actors.js";
import { failed } from "./failures.js";

/** The network's name as its init actor keeps it. Throws as `onParentState`. */
export async function networkName(chain: NodeChain, options: ChainReadOptions): Promise<string> {
  return onParentState(
    chain,
    chain.head,
    function* (state) {
      return (yield* recordOf(state, SingletonId.Init, "init")).get("network_name", "text").value;
    },
    options,
  );
}

/** The manifest of a network version's builtin actors. Throws `RpcError` if none is known. */
export function actorsManifest({ network }: NodeChain, version: number): Cid {
  const upgrade = network.upgrades.findLast(({ networkVersion }) => networkVersion === version);
  const manifest = manifestOf(network, upgrade ?? { networkVersion: version });
  if (manifest === undefined) throw failed(`could not find manifest cid for network version ${version}`);
  return manifest;
}

/** The builtin actors of a network version: names and codes. Throws `RpcError` if they are not known. */
export async function actorCodes(
  chain: NodeChain,
  version: number,
  options: ChainReadOptions,
): Promise<readonly ManifestEntry[]> {
  const { blockstore } = chain.chain;
  const manifest = actorsManifest(chain, version);
  if (((await blockstore.get(manifest, options)) ?? undefined) === undefined) {
    throw failed(`could not find cids for network version ${version}: ${cidText(manifest)} is not there`);
  }
  return walkBlocks(
    blockstore,
    function* (blocks) {
      const list = yield* retrying(() => readManifestRoot(blocks, manifest));
      return (yield* retrying(() => readManifest(blocks, list, []))).entries;
    },
    options,
  );
}

/** Randomness of which source. */
export type RandomnessSource = "tickets" | "beacon";

const DIGEST_BYTES = 32;

/**
 * Randomness of an epoch for a purpose, as a tipset and its ancestors have it. Throws `RpcError` after the tipset, and if
 * the beacon's entry is not there. Source: Lotus chain/rand/rand.go, `DrawRandomnessFromDigest`.
 *
 * @param personalization domain separation tag
 */
export async function randomness(
  chain: NodeChain,
  source: RandomnessSource,
  tipset: ChainTipset,
  { personalization, epoch, entropy }: RandomnessRequest,
): Promise<Uint8Array> {
  const base = await randomnessDigest(chain, source, tipset, epoch);
  const input = concatBytes(int64(personalization), base, int64(epoch), entropy);
  return native.blake2b(input, DIGEST_BYTES);
}

/** Purpose for which randomness is drawn. */
export interface RandomnessRequest {
  readonly personalization: number;
  readonly epoch: number;
  readonly entropy: Uint8Array;
}

/** The digest from which an epoch's randomness is drawn. Throws as `randomness`. */
export async function randomnessDigest(
  chain: NodeChain,
  source: RandomnessSource,
  tipset: ChainTipset,
  epoch: number,
): Promise<Uint8Array> {
  if (epoch > tipset.epoch) throw failed("cannot draw randomness from the future");
  if (source === "beacon") {
    return native.blake2b((await beaconEntry(chain, tipset, epoch)).data, DIGEST_BYTES);
  }
  return (await chainRandomness(chain.network, chain.chain, tipset, epoch)) as Uint8Array;
}

/**
 * The beacon's entry of an epoch, as a tipset and its ancestors have it. Throws `RpcError` if they do not. Source: Lotus
 * chain/rand/rand.go, `getBeaconEntryV3`.
 */
export async function beaconEntry(
  chain: NodeChain,
  tipset: ChainTipset,
  epoch: number,
): Promise<BeaconEntry> {
  const found = await beaconEntryAt(chain.network, chain.chain, tipset, Math.max(epoch, 0));
  if (found !== undefined) return found;
  const { genesis } = chain;
  const before = genesis && firstHeader(genesis).parents[0];
  if (before === undefined) throw failed(`didn't find beacon for epoch ${epoch}`);
  // Genesis names a parent that is no block of a chain.
  const words = "failed to load parents when searching back for beacon entry";
  throw failed(`${words}: get block ${cidText(before)}: cbor input should be of type array`);
}

/** The beacon's entry of an epoch to come. Throws `RpcError` unless anybody can make it. */
export function futureBeaconEntry({ network }: NodeChain, epoch: number): BeaconEntry {
  const { kind } = beaconAt(network.beacons, epoch);
  if (kind !== "mock") throw failed(`the beacon's entry of epoch ${epoch} is not known yet`);
  return mockEntry(beaconRoundAt(network, epoch));
}

/** The network version of a tipset's epoch. */
export function versionOf({ network }: NodeChain, { epoch }: ChainTipset): number {
  return networkVersionAt(network, epoch);
}

function int64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}
