import { describe, expect, test } from "vitest";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import { heightOf } from "../../../src/chain/networks/upgrades.js";
import { leastGasLimit } from "../../../src/chain/validation/inclusion-gas.js";

const LENGTH = 64;
const FIRST = 38_863 + 100 * 1000;
const CALICO = 38_863 + 100 * 1300;
const HYGGE = 513_863 + 100 * 1300;

describe("the least gas limit", () => {
  test.each(["mainnet", "calibnet"] as const)("changes at the heights of upgrades of %s", (name) => {
    const network: ChainNetwork = CHAIN_NETWORKS[name];
    const [calico, hygge] = [heightOf(network, "Calico") ?? 0, heightOf(network, "Hygge") ?? 0];
    const limits = [0, calico - 1, calico, hygge - 1, hygge, 9_000_000].map((epoch) =>
      leastGasLimit(network, epoch, LENGTH),
    );
    expect(limits).toEqual([FIRST, FIRST, CALICO, CALICO, HYGGE, HYGGE]);
  });

  test("never changes on a network that has begun with the upgrades", () => {
    expect(leastGasLimit(CHAIN_NETWORKS.butterflynet, 9_000_000, LENGTH)).toBe(FIRST);
  });

  test("is that of the highest upgrade that has come", () => {
    const network = { ...CHAIN_NETWORKS.butterflynet, upgrades: [{ height: 60, networkVersion: 18 }] };
    expect([59, 60].map((epoch) => leastGasLimit(network, epoch, LENGTH))).toEqual([FIRST, HYGGE]);
  });
});
