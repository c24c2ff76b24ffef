import { describe, expect, test } from "vitest";
import { manifestAt } from "../../../src/chain/networks/manifests.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import { lastUpgrade } from "../../../src/chain/networks/upgrades.js";
import { type Cid, cidText, parseCid } from "../../../src/encoding/cid.js";
import { identifyBundle } from "../../../src/tools/bundles/pins.js";
import { OLDEST_VERSION } from "../../../src/vm/network/version.js";

const { mainnet, calibnet, butterflynet } = CHAIN_NETWORKS;

describe("the builtin actors of an epoch", () => {
  test.each<[string, ChainNetwork, number, number, string | undefined]>([
    ["mainnet", mainnet, 2_383_680, 8, undefined],
    ["mainnet", mainnet, 2_383_681, 9, undefined],
    ["mainnet", mainnet, 6_052_801, 18, undefined],
    ["calibnet", calibnet, 1_013_135, 12, "12-rc1"],
    ["calibnet", calibnet, 1_070_495, 12, "12-rc2"],
    ["calibnet", calibnet, 1_108_175, 12, undefined],
    ["calibnet", calibnet, 1_427_975, 13, "13-rc3"],
    ["calibnet", calibnet, 1_493_855, 13, undefined],
    ["calibnet", calibnet, 2_523_455, 16, "v16.0.0"],
    ["calibnet", calibnet, 2_543_615, 16, "v16.0.0"],
    ["calibnet", calibnet, 2_558_015, 16, undefined],
    ["butterflynet", butterflynet, 0, 18, undefined],
  ])("of %s", (_, network, epoch, version, label) => {
    const found = identifyBundle(cidText(manifestAt(network, epoch) as Cid));
    expect([found?.version, found?.network, found?.label]).toEqual([version, network.bundle, label]);
  });

  test("are those of the network's own list", () => {
    const own = parseCid("bafy2bzacedcf6y6yq5kxv4yrk3wf4w6qyxv2gvmpmvtk4l7gzlnxfvpvfbvte");
    const network = { ...butterflynet, manifests: { 28: own } };
    expect(manifestAt(network, 5)).toBe(own);
  });

  test("are unknown of a network without released bundles", () => {
    expect(manifestAt({ ...butterflynet, bundle: "moon" }, 5)).toBeUndefined();
  });
});

test.each(Object.entries(CHAIN_NETWORKS))(
  "each upgrade of %s that we execute has its bundle",
  (_, network) => {
    for (const { height } of (network as ChainNetwork).upgrades) {
      const upgrade = lastUpgrade(network, height + 1);
      if (upgrade === undefined || height < 0 || upgrade.networkVersion < OLDEST_VERSION) continue;
      expect(manifestAt(network, height + 1), upgrade.name).toBeDefined();
    }
  },
);
