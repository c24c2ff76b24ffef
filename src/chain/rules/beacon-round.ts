import type { U64 } from "../../util/u64.js";
import { u64 } from "../../util/u64.js";
import { type Beacon, beaconAt } from "../networks/beacons.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";

/** Rounds of the mock beacon that are over when the chain begins. */
const MOCK_ROUNDS_BEFORE = 100n;
/** From this network version on rounds count from 1, as drand's do. */
const COUNTS_FROM_ONE = 16;

/**
 * The last round of the beacon that a block of an epoch has to know. Source: Lotus chain/beacon/drand/drand.go,
 * `MaxBeaconRoundForEpoch`; chain/beacon/mock.go.
 */
export function beaconRoundAt(network: ChainNetwork, epoch: number): U64 {
  return beaconRound(beaconAt(network.beacons, epoch), network, epoch, networkVersionAt(network, epoch));
}

/** As `beaconRoundAt`, by a beacon and a network version that need not be the epoch's. */
export function beaconRound(
  beacon: Beacon,
  { blockDelay, genesis }: Pick<ChainNetwork, "blockDelay" | "genesis">,
  epoch: number,
  networkVersion: number,
): U64 {
  if (beacon.kind === "mock") return u64(BigInt.asUintN(64, BigInt(epoch) + MOCK_ROUNDS_BEFORE));
  const seconds = BigInt(blockDelay) * (BigInt(epoch) - 1n) + BigInt(genesis.timestamp);
  const now = BigInt.asUintN(64, seconds);
  const [begin, period] = [BigInt(beacon.genesis), BigInt(beacon.period)];
  if (networkVersion < COUNTS_FROM_ONE) return u64(BigInt.asUintN(64, now - begin) / period);
  return now < begin ? 1 : u64((now - begin) / period + 1n);
}
