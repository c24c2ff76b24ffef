import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import { beaconRoundAt } from "../../../src/chain/rules/beacon-round.js";
import { SignatureBatch } from "../../../src/chain/signatures/batch.js";
import { OwnBeacon } from "../../../src/chain/signatures/own-beacon.js";

const times = (blockDelay: number) => ({ name: "mine", blockDelay, genesis: { timestamp: 1_700_000_000 } });
const networkOf = (blockDelay: number, { beacon }: OwnBeacon): ChainNetwork => ({
  ...CHAIN_NETWORKS.butterflynet,
  blockDelay,
  genesis: { ...CHAIN_NETWORKS.butterflynet.genesis, timestamp: 1_700_000_000 },
  beacons: [{ epoch: 0, beacon }],
});

test("entries are signed as quicknet's are", async () => {
  const { beacon, entry } = OwnBeacon.fromSeed("a seed", times(30));
  const { shortSignatures } = bls12_381;
  const batch = new SignatureBatch();
  for (const round of [1, 1000, 2n ** 53n, 2n ** 64n - 1n]) {
    const { data } = entry(round);
    const text = Buffer.alloc(8);
    text.writeBigUInt64BE(BigInt(round));
    const point = shortSignatures.Signature.fromBytes(data);
    expect(shortSignatures.verify(point, shortSignatures.hash(sha256(text)), beacon.publicKey)).toBe(true);
    batch.addBeaconEntry({ round, data }, new Uint8Array(), beacon);
  }
  batch.addBeaconEntry({ ...entry(1), round: 2 }, new Uint8Array(), beacon);
  expect(await batch.verify()).toEqual([4]);
});

test("all follows from the seed", () => {
  const first = OwnBeacon.fromSeed("a seed", times(30));
  const again = OwnBeacon.fromSeed(Buffer.from("a seed"), times(30));
  expect(again.beacon).toEqual(first.beacon);
  expect(again.entry(7)).toEqual(first.entry(7));
  expect(OwnBeacon.fromSeed("another", times(30)).entry(7)).not.toEqual(first.entry(7));
});

test("a network's own beacon is known by its key", () => {
  const own = OwnBeacon.fromSeed("a seed", times(30));
  expect(OwnBeacon.of(networkOf(30, own), "a seed")?.entry(5)).toEqual(own.entry(5));
  expect(OwnBeacon.of(networkOf(30, own), "another")).toBeUndefined();
  expect(OwnBeacon.of(CHAIN_NETWORKS.butterflynet, "a seed")).toBeUndefined();
  expect(OwnBeacon.of(CHAIN_NETWORKS.mainnet, "a seed")).toBeUndefined();
});

test.each([1, 2, 3, 4, 30])("with %d seconds from epoch to epoch each has a round of its own", (delay) => {
  const network = networkOf(delay, OwnBeacon.fromSeed("a seed", times(delay)));
  const rounds = Array.from({ length: 50 }, (_, epoch) => Number(beaconRoundAt(network, epoch)));
  expect(rounds[0]).toBe(1);
  expect(rounds).toEqual([...new Set(rounds)].sort((a, b) => a - b));
});
