import { describe, expect, test } from "vitest";
import { DRAND, type DrandBeacon } from "../../../src/chain/networks/beacons.js";
import { drandBeacon, drandInfo } from "../../../src/chain/networks/drand-info.js";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { FvmError } from "../../../src/errors.js";
import { hex } from "../../../src/util/bytes.js";

const file = {
  networkName: "devnet",
  chainId: 31_415_926,
  blockDelaySecs: 4,
  genesis: {
    cids: ["bafy2bzacebhqxufvuk42n44l2h3ilek5jrp7lgdyapnyu76j5ocgi5koxkh7u"],
    timestamp: 1_785_965_135,
  },
  upgrades: [{ height: -1, networkVersion: 28 }],
  premiumBaseFeeFrom: 60,
  bundle: "mainnet",
};
const quicknet = drandInfo(DRAND.quicknet);
const beaconOf = (beacon: unknown) => readChainNetwork({ ...file, beacon }).beacons;

test.each<[string, DrandBeacon]>(Object.entries(DRAND))("the hash of %s is the one it has", (_, beacon) => {
  // Only the youngest has an ID of its own.
  const name = beacon.isChained ? "default" : beacon.name;
  expect(hex(drandBeacon({ ...beacon, name }).hash)).toBe(hex(beacon.hash));
});

describe("a network's file", () => {
  test("has its beacon as drand describes it", () => {
    expect(beaconOf(quicknet)).toEqual([{ epoch: 0, beacon: DRAND.quicknet }]);
  });

  test("has a chained one, without an ID", () => {
    const { metadata: _, schemeID: __, ...info } = drandInfo(DRAND.mainnet);
    expect(beaconOf(info)).toEqual([{ epoch: 0, beacon: { ...DRAND.mainnet, name: "default" } }]);
  });

  test.each<[string, object, string]>([
    ["beacon.hash", { ...quicknet, period: 4 }, hex(DRAND.quicknet.hash)],
    ["beacon.hash", { ...quicknet, hash: "" }, "a String is not 32 bytes in lower-case hex"],
    ["beacon.schemeID", { ...quicknet, schemeID: "bls-unchained-on-g1" }, "not one of"],
    ["beacon.public_key", { ...quicknet, public_key: quicknet.public_key.slice(2) }, "96 bytes"],
    ["beacon.period", { ...quicknet, period: 0 }, "seconds"],
    ["beacon.genesis_time", { ...quicknet, genesis_time: -1 }, "whole number"],
    ["beacon.groupHash", { ...quicknet, groupHash: undefined }, "missing"],
  ])("is refused for its field %s", (field, beacon, reason) => {
    const error = (() => {
      try {
        return beaconOf(beacon);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(FvmError);
    expect(error).toMatchObject({
      code: "INVALID_NETWORK",
      details: { field, reason: expect.stringContaining(reason) },
    });
  });
});
