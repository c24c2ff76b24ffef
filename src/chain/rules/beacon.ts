import { bytesEqual } from "../../util/bytes.js";
import { isInteger } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { type U64, u64 } from "../../util/u64.js";
import { type Beacon, beaconAt } from "../networks/beacons.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import { isBeaconEntries, isBeaconEntry } from "../types/check-header.js";
import type { BeaconEntry, BlockHeader } from "../types/header.js";
import { beaconRound } from "./beacon-round.js";

/** Where a block's beacon entries are looked at. */
export interface BeaconStep {
  readonly header: Pick<BlockHeader, "height" | "beaconEntries">;
  /** Epoch of the block's parents. */
  readonly parentEpoch: number;
  /** The last entry of the block's ancestors. */
  readonly previous: BeaconEntry;
}

/** Why a block's beacon entries are wrong, whatever they are. */
export type BeaconFault =
  /** Their number is. */
  | { readonly kind: "count"; readonly expected: number; readonly actual: number }
  /** There are none. */
  | { readonly kind: "missing" }
  /** The entry at this place is of another round. */
  | { readonly kind: "round"; readonly place: number; readonly expected: U64; readonly actual: U64 };

/** An entry whose signature is to be checked: the arguments of `SignatureBatch.addBeaconEntry`. */
export interface BeaconCheck {
  readonly entry: BeaconEntry;
  /** Data of the entry before it. */
  readonly previous: Uint8Array;
  readonly beacon: Beacon;
}

/** Checks of a block's beacon entries that are to be made, if it is not plain that they are wrong. */
export type BeaconEntriesOutcome =
  | { readonly fault: BeaconFault; readonly checks?: undefined }
  | { readonly fault?: undefined; readonly checks: readonly BeaconCheck[] };

/**
 * Whether a block has the beacon entries that it must have, as far as that is plain without their signatures. Source:
 * Lotus chain/beacon/beacon.go, `ValidateBlockValues`.
 *
 * @throws FvmError INVALID_OPTION
 */
export function checkBeaconEntries(step: BeaconStep, network: ChainNetwork): BeaconEntriesOutcome {
  const { header, parentEpoch, previous } = step;
  checkOption("header.height", header.height, isInteger);
  checkOption("header.beaconEntries", header.beaconEntries, isBeaconEntries);
  checkOption("parentEpoch", parentEpoch, isInteger);
  checkOption("previous", previous, isBeaconEntry);
  const epoch = Number(header.height);
  const beacon = beaconAt(network.beacons, epoch);
  const entries = header.beaconEntries;
  const isChained = beacon.kind === "mock" || beacon.isChained;
  if (isChained && beacon !== beaconAt(network.beacons, parentEpoch)) return checkedChange(entries, beacon);

  const version = networkVersionAt(network, epoch);
  const roundOf = (of: number): U64 => beaconRound(beacon, network, of, version);
  const last = roundOf(epoch);
  if (last === u64(previous.round)) return entries.length === 0 ? { checks: [] } : wrongCount(0, entries);
  if (entries.length === 0) return { fault: { kind: "missing" } };
  // The entry of genesis is made up.
  if (isChained && u64(previous.round) === 0) return { checks: [] };
  const lastPlace = entries.length - 1;
  const fault =
    wrongRound(entries, lastPlace, last) ??
    (isChained ? undefined : firstWrongRound(entries, (place) => roundOf(parentEpoch + place + 1)));
  return fault === undefined ? { checks: checksOf(entries, previous, beacon) } : { fault };
}

/** With its first entry a chained beacon shows the one that the second signs. */
function checkedChange(entries: readonly BeaconEntry[], beacon: Beacon): BeaconEntriesOutcome {
  const [first, second] = entries;
  if (entries.length !== 2 || first === undefined || second === undefined) return wrongCount(2, entries);
  return { checks: [{ entry: second, previous: first.data, beacon }] };
}

/** Repeats of an entry are accepted: blocks of some epochs have them. */
function checksOf(entries: readonly BeaconEntry[], previous: BeaconEntry, beacon: Beacon): BeaconCheck[] {
  return entries.flatMap((entry, i) => {
    const before = entries[i - 1] ?? previous;
    const isRepeat = u64(entry.round) === u64(before.round) && bytesEqual(entry.data, before.data);
    return isRepeat ? [] : [{ entry, previous: before.data, beacon }];
  });
}

function wrongCount(expected: number, entries: readonly BeaconEntry[]): BeaconEntriesOutcome {
  return { fault: { kind: "count", expected, actual: entries.length } };
}

function wrongRound(entries: readonly BeaconEntry[], place: number, expected: U64): BeaconFault | undefined {
  const actual = u64((entries[place] as BeaconEntry).round);
  return actual === expected ? undefined : { kind: "round", place, expected, actual };
}

function firstWrongRound(
  entries: readonly BeaconEntry[],
  roundAt: (place: number) => U64,
): BeaconFault | undefined {
  for (const place of entries.keys()) {
    const fault = wrongRound(entries, place, roundAt(place));
    if (fault !== undefined) return fault;
  }
  return undefined;
}
