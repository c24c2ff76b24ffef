import { describe, expect, test } from "vitest";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { networkVersionAt } from "../../../src/chain/networks/upgrades.js";
import { parseCid } from "../../../src/encoding/cid.js";
import { FvmError } from "../../../src/errors.js";
import { read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const CID = "bafy2bzacebhqxufvuk42n44l2h3ilek5jrp7lgdyapnyu76j5ocgi5koxkh7u";
const file = {
  networkName: "devnet",
  chainId: 31_415_926,
  blockDelaySecs: 4,
  genesis: { cids: [CID], timestamp: 1_785_965_135 },
  upgrades: [
    { height: -1, networkVersion: 27 },
    { height: 60, networkVersion: 28 },
  ],
  premiumBaseFeeFrom: 60,
  bundle: "testing-fake-proofs",
};

test("what is absent is as on Lotus's networks of one's own", () => {
  expect(readChainNetwork(file)).toMatchObject({
    name: "devnet",
    letter: "t",
    chainId: 31_415_926,
    blockDelay: 4,
    genesis: { cid: parseCid(CID), timestamp: 1_785_965_135 },
    genesisVersion: 27,
    upgrades: file.upgrades,
    actorDebugging: false,
    manifests: {},
    supply: { vestingStart: -6, reserveFromTeep: 14n * 10n ** 26n },
  });
});

test("all fields are read", () => {
  const whole = {
    ...file,
    letter: "f",
    genesisVersion: 16,
    actorDebugging: true,
    actors: { "28": { manifest: CID, codes: {} } },
    upgrades: [{ height: 5, networkVersion: 28, name: "FireHorse" }],
    powerRampDuration: 7,
    supply: { vestingStart: 3, reserveAtFirst: "300", reserveFromTeep: "12345678901234567890" },
  };
  expect(readChainNetwork(whole)).toMatchObject({
    letter: "f",
    genesisVersion: 16,
    actorDebugging: true,
    manifests: { 28: parseCid(CID) },
    upgrades: whole.upgrades,
    powerRampDuration: 7,
    supply: { vestingStart: 3, reserveAtFirst: 300n, reserveFromTeep: 12_345_678_901_234_567_890n },
  });
});

describe("an error names the field", () => {
  test.each<[string, unknown, string]>([
    ["(top)", null, "not an object"],
    ["(top)", [file], "not an object"],
    ["networkName", { ...file, networkName: 7 }, "7 is not a name"],
    ["chainId", { ...file, chainId: "314" }, "a String is not a whole number from 1 on"],
    ["chainId", { ...file, chainId: undefined }, "missing"],
    ["letter", { ...file, letter: "x" }, "a String is not one of f, t"],
    ["blockDelaySecs", { ...file, blockDelaySecs: 0 }, "0 is not a whole number from 1 on"],
    ["networkName", { ...file, networkName: "" }, "a String is not a name"],
    ["bundle", { ...file, bundle: "" }, "a String is not a name"],
    ["chainId", { ...file, chainId: 0 }, "0 is not a whole number from 1 on"],
    ["upgrades[0].networkVersion", { ...file, genesisVersion: 28 }, "27 comes after 28"],
    [
      "upgrades[2].networkVersion",
      { ...file, upgrades: [...file.upgrades, { height: 70, networkVersion: 16 }] },
      "16 comes after 28",
    ],
    ["genesis", { ...file, genesis: undefined }, "missing"],
    ["genesis.cids", { ...file, genesis: { cids: [CID, CID], timestamp: 1 } }, "2 blocks instead of one"],
    ["genesis.cids[0]", { ...file, genesis: { cids: ["bafy"], timestamp: 1 } }, "not a CID"],
    ["upgrades", { ...file, upgrades: {} }, "an Object is not a list"],
    [
      "upgrades",
      { ...file, upgrades: [...file.upgrades, { height: 60, networkVersion: 29 }] },
      "heights from 0 on do not ascend",
    ],
    ["upgrades[0].height", { ...file, upgrades: [{ networkVersion: 28 }] }, "missing"],
    ["genesisVersion", { ...file, upgrades: [] }, "missing"],
    ["actors.nv28", { ...file, actors: { nv28: { manifest: CID } } }, "not a network version"],
    ["actors.28.manifest", { ...file, actors: { "28": { manifest: 5 } } }, "not a CID"],
    [
      "supply.reserveAtFirst",
      { ...file, supply: { vestingStart: 0, reserveAtFirst: 5, reserveFromTeep: "5" } },
      "5 is not attoFIL as decimal text",
    ],
  ])("%s", (field, json, reason) => {
    expect(() => readChainNetwork(json)).toThrow(new FvmError("INVALID_NETWORK", { field, reason }));
  });
});

const names = recordings(["nv28", "nv27-28"]);
if (names.length === 0) skipLoudly("networks of a Lotus node: they are not on this machine");

test.each(names)("the network of %s", (name) => {
  const network = readChainNetwork(read(name, "network.json"));
  expect(network).toMatchObject({ name: "testing", chainId: 31_415_926, bundle: "testing-fake-proofs" });
  expect(networkVersionAt(network, 61)).toBe(28);
  expect(Object.keys(network.manifests ?? {})).toContain("28");
});
