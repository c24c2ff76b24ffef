import { describe, expect, test } from "vitest";
import { DRAND } from "../../../src/chain/networks/beacons.js";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import { type BeaconStep, checkBeaconEntries } from "../../../src/chain/rules/beacon.js";
import { beaconRoundAt } from "../../../src/chain/rules/beacon-round.js";
import { SignatureBatch } from "../../../src/chain/signatures/batch.js";
import type { BeaconEntry, BlockHeader } from "../../../src/chain/types/header.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const { mainnet, calibnet } = CHAIN_NETWORKS;

const entry = (round: number, byte = round % 256): BeaconEntry => ({ round, data: Uint8Array.of(byte) });

/** A block of these rounds. */
function step(parentEpoch: number, height: number, previous: number, ...rounds: number[]): BeaconStep {
  const header = { height, beaconEntries: rounds.map((round) => entry(round)) };
  return { header, parentEpoch, previous: entry(previous) };
}

const roundAt = (network: ChainNetwork, epoch: number) => Number(beaconRoundAt(network, epoch));

describe("entries of an unchained beacon", () => {
  // Ten rounds of quicknet in an epoch.
  const [epoch, round] = [4_000_000, roundAt(mainnet, 4_000_000)];
  const checked = (...[parentEpoch, ...rounds]: [number, ...number[]]) =>
    checkBeaconEntries(step(parentEpoch, epoch, roundAt(mainnet, parentEpoch), ...rounds), mainnet);

  test("are one for each epoch since the parents", () => {
    const { checks } = checked(epoch - 3, round - 20, round - 10, round);
    expect(checks?.map((check) => check.entry.round)).toEqual([round - 20, round - 10, round]);
    expect(checks?.every(({ beacon }) => beacon === DRAND.quicknet)).toBe(true);
    expect(checked(epoch - 1, round).checks).toHaveLength(1);
  });

  test("are of the rounds of these epochs", () => {
    const fault = (place: number, expected: number, actual: number) => ({
      fault: { kind: "round", place, expected, actual },
    });
    expect(checked(epoch - 1, round + 1)).toEqual(fault(0, round, round + 1));
    expect(checked(epoch - 2, round)).toEqual(fault(0, round - 10, round));
    expect(checked(epoch - 2, round - 11, round)).toEqual(fault(0, round - 10, round - 11));
    // One too many.
    expect(checked(epoch - 1, round, round)).toEqual(fault(1, round + 10, round));
    expect(checked(epoch - 1)).toEqual({ fault: { kind: "missing" } });
  });

  test("begin with those of epochs before it, if no block is of the first one", () => {
    const change = 3_855_480;
    const first = roundAt(mainnet, change);
    const after = step(change - 2, change, roundAt(mainnet, change - 2), first - 10, first);
    expect(checkBeaconEntries(after, mainnet).checks?.map((check) => check.beacon)).toEqual([
      DRAND.quicknet,
      DRAND.quicknet,
    ]);
  });
});

describe("entries of a chained beacon", () => {
  const [epoch, round] = [1_000_000, roundAt(mainnet, 1_000_000)];

  test("are signed with the one before", () => {
    const { checks } = checkBeaconEntries(step(epoch - 2, epoch, round - 2, round - 1, round), mainnet);
    expect(checks).toEqual([
      { entry: entry(round - 1), previous: entry(round - 2).data, beacon: DRAND.mainnet },
      { entry: entry(round), previous: entry(round - 1).data, beacon: DRAND.mainnet },
    ]);
  });

  test("end with the block's round", () => {
    expect(checkBeaconEntries(step(epoch - 1, epoch, round - 1, round, round + 1), mainnet)).toEqual({
      fault: { kind: "round", place: 1, expected: round, actual: round + 1 },
    });
    expect(checkBeaconEntries(step(epoch - 1, epoch, round - 1), mainnet)).toEqual({
      fault: { kind: "missing" },
    });
  });

  test("are none if the ancestors have that round", () => {
    expect(checkBeaconEntries(step(epoch - 1, epoch, round), mainnet)).toEqual({ checks: [] });
    expect(checkBeaconEntries(step(epoch - 1, epoch, round, round), mainnet)).toEqual({
      fault: { kind: "count", expected: 0, actual: 1 },
    });
  });

  test("may repeat", () => {
    const { checks } = checkBeaconEntries(
      step(epoch - 1, epoch, round - 1, round - 1, round, round),
      mainnet,
    );
    expect(checks?.map((check) => check.entry.round)).toEqual([round]);
    const other = { round: round - 1, data: Uint8Array.of(9, 9) };
    const header = { height: epoch, beaconEntries: [other, entry(round)] };
    expect(
      checkBeaconEntries({ header, parentEpoch: epoch - 1, previous: entry(round - 1) }, mainnet).checks,
    ).toHaveLength(2);
  });

  test("after genesis are not looked at", () => {
    expect(checkBeaconEntries(step(0, 1, 0, 12_345), calibnet)).toEqual({ checks: [] });
    expect(checkBeaconEntries(step(0, 1, 0), calibnet)).toEqual({ fault: { kind: "missing" } });
  });

  test("are two at a change of beacons", () => {
    const change = step(50_999, 51_000, 7, 100, 101);
    expect(checkBeaconEntries(change, mainnet)).toEqual({
      checks: [{ entry: entry(101), previous: entry(100).data, beacon: DRAND.mainnet }],
    });
    expect(checkBeaconEntries(step(50_999, 51_000, 7, 101), mainnet)).toEqual({
      fault: { kind: "count", expected: 2, actual: 1 },
    });
  });
});

test("what is no step is refused", () => {
  expect(() => checkBeaconEntries({ ...step(0, 1, 0), parentEpoch: 0.5 }, mainnet)).toThrow("parentEpoch");
  const header = { height: 1, beaconEntries: [{ round: -1, data: new Uint8Array() }] };
  expect(() => checkBeaconEntries({ ...step(0, 1, 0), header }, mainnet)).toThrow("header.beaconEntries");
});

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

test.each(chains)("the entries of each block of the chain %s", async (name) => {
  const { headers } = openLotusChain(name);
  const network = readChainNetwork(read(name, "network.json"));
  const headerOf = (cid: Cid | undefined) => headers.get(cid as Cid)?.header as BlockHeader;
  const lastOf = (header: BlockHeader): BeaconEntry =>
    header.beaconEntries.at(-1) ?? lastOf(headerOf(header.parents[0]));
  const batch = new SignatureBatch();
  for (const { header } of headers.values()) {
    if (header.height === 0) continue;
    const parent = headerOf(header.parents[0]);
    const at = { header, parentEpoch: Number(parent.height), previous: lastOf(parent) };
    const { checks = [] } = checkBeaconEntries(at, network);
    expect(checks).toHaveLength(parent.height === 0 ? 0 : header.beaconEntries.length);
    for (const { entry, previous, beacon } of checks) batch.addBeaconEntry(entry, previous, beacon);
  }
  expect(batch.size).toBeGreaterThan(100);
  expect(await batch.verify()).toEqual([]);
});
