import { native } from "../../native/index.js";
import type { Chain, NullRoundChoice } from "../history/chain.js";
import { type ChainTipset, firstHeader } from "../history/chain-tipset.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import { beaconRoundAt } from "../rules/beacon-round.js";
import type { BeaconEntry } from "../types/header.js";

/** Tipsets among which the beacon's entry of an epoch is looked for. */
const TIPSETS_SEARCHED = 20;
const DIGEST_BYTES = 32;

/** Where the randomness of an epoch comes from. */
interface RandomnessRules {
  /** The tipset that is taken for an epoch without blocks. */
  readonly nullRound: NullRoundChoice;
  /** Which entry of the beacon: the last one there is, or that of the epoch's round. */
  readonly entry: "latest" | "ofRound";
}

/** By the network version of the epoch whose randomness it is, whichever epoch asks. */
function rulesOf(network: ChainNetwork, epoch: number): RandomnessRules {
  const version = networkVersionAt(network, epoch);
  return {
    nullRound: version >= 13 ? "after" : "before",
    entry: version >= 14 && epoch >= 0 ? "ofRound" : "latest",
  };
}

/**
 * The digest of an epoch's ticket, as a tipset and its ancestors have it; undefined after the tipset.
 * Source: Lotus chain/rand/rand.go, `GetChainRandomness`.
 */
export async function chainRandomness(
  network: ChainNetwork,
  chain: Chain,
  from: ChainTipset,
  epoch: number,
): Promise<Uint8Array | undefined> {
  const tipset = await chain.tipsetAt(epoch, from, rulesOf(network, epoch).nullRound);
  // The first block has the least ticket, and a tipset's blocks all have one.
  return tipset && digest(firstHeader(tipset).ticket as Uint8Array);
}

/**
 * The digest of an epoch's beacon entry, as a tipset and its ancestors have it; undefined after the tipset, and if the
 * entry is not there.
 */
export async function beaconRandomness(
  network: ChainNetwork,
  chain: Chain,
  from: ChainTipset,
  epoch: number,
): Promise<Uint8Array | undefined> {
  const found = await beaconEntryAt(network, chain, from, epoch);
  return found && digest(found.data);
}

/**
 * An epoch's beacon entry, as a tipset and its ancestors have it; undefined after the tipset, and if the entry is not
 * there. Source: Lotus chain/rand/rand.go, `GetBeaconRandomness`; chain/store/store.go, `GetLatestBeaconEntry`.
 */
export async function beaconEntryAt(
  network: ChainNetwork,
  chain: Chain,
  from: ChainTipset,
  epoch: number,
): Promise<BeaconEntry | undefined> {
  const { nullRound, entry } = rulesOf(network, epoch);
  let tipset = await chain.tipsetAt(epoch, from, nullRound);
  const round = entry === "ofRound" ? beaconRoundAt(network, epoch) : undefined;
  for (let count = 0; tipset !== undefined && count < TIPSETS_SEARCHED; count++) {
    const found = entryIn(firstHeader(tipset).beaconEntries, round);
    if (found !== undefined) return found;
    tipset = await chain.parent(tipset);
  }
  return undefined;
}

/** @param round undefined: any */
function entryIn(
  entries: readonly BeaconEntry[],
  round: BeaconEntry["round"] | undefined,
): BeaconEntry | undefined {
  return round === undefined ? entries.at(-1) : entries.find((entry) => entry.round === round);
}

function digest(data: Uint8Array): Uint8Array {
  return native.blake2b(data, DIGEST_BYTES);
}
