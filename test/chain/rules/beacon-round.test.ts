import { describe, expect, test } from "vitest";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import { beaconRoundAt } from "../../../src/chain/rules/beacon-round.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const { mainnet, calibnet } = CHAIN_NETWORKS;

describe("the round of an epoch", () => {
  test.each<[string, ChainNetwork, number, number]>([
    // Seconds since the beacon began, over its period; from network version 16 on, one more.
    ["mainnet", mainnet, 51_000, (1_598_306_400 + 30 * 50_999 - 1_595_431_050) / 30],
    ["mainnet", mainnet, 1_960_320, (1_598_306_400 + 30 * 1_960_319 - 1_595_431_050) / 30],
    ["mainnet", mainnet, 1_960_321, (1_598_306_400 + 30 * 1_960_320 - 1_595_431_050) / 30 + 1],
    ["mainnet, quicknet", mainnet, 3_855_480, (1_598_306_400 + 30 * 3_855_479 - 1_692_803_367) / 3 + 1],
    // As other nodes have it.
    ["mainnet, quicknet", mainnet, 6_216_200, 30_663_002],
    ["calibnet", calibnet, 1_428_093, Math.floor((1_667_326_380 + 30 * 1_428_092 - 1_595_431_050) / 30) + 1],
    ["calibnet, quicknet", calibnet, 1_428_094, (1_667_326_380 + 30 * 1_428_093 - 1_692_803_367) / 3 + 1],
  ])("of %s", (_, network, epoch, round) => {
    expect(Number.isInteger(round) || network === calibnet).toBe(true);
    expect(beaconRoundAt(network, epoch)).toBe(Math.floor(round));
  });

  test("before the beacon began", () => {
    const late: ChainNetwork = { ...mainnet, genesis: { ...mainnet.genesis, timestamp: 1_000 } };
    expect(beaconRoundAt(late, 3_000_000)).toBe(1);
    // The difference wraps, as Lotus has it.
    expect(beaconRoundAt(late, 100)).toBe((2n ** 64n + 1_000n + 30n * 99n - 1_595_873_820n) / 30n);
  });
});

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the beacon of a Lotus node's chains: they are not on this machine");

test.each(chains)("the last entry of each block of the chain %s", (name) => {
  const network = readChainNetwork(read(name, "network.json"));
  for (const { header } of openLotusChain(name).headers.values()) {
    if (header.height === 0) continue;
    expect(header.beaconEntries.at(-1)?.round).toBe(beaconRoundAt(network, Number(header.height)));
  }
});
