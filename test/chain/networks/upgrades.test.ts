import { describe, expect, test } from "vitest";
import { CHAIN_NETWORKS } from "../../../src/chain/networks/networks.js";
import { networkVersionAt, type UpgradeSchedule } from "../../../src/chain/networks/upgrades.js";
import { cidText } from "../../../src/encoding/cid.js";
import { openLotusChain } from "../../support/lotus-chain.js";
import { answers, read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const { mainnet, calibnet, butterflynet } = CHAIN_NETWORKS;

describe("the network version of an epoch", () => {
  test.each([
    [0, 0],
    [41_280, 0],
    [41_281, 1],
    [2_683_348, 17],
    [2_683_349, 18],
    [5_348_281, 27],
    [6_052_800, 27],
    [6_052_801, 28],
  ])("of mainnet, %i: %i", (epoch, version) => expect(networkVersionAt(mainnet, epoch)).toBe(version));

  test.each([
    [0, 3],
    [30, 3],
    [31, 4],
    [61, 5],
    [91, 6],
    [1_070_495, 21],
    [2_558_015, 26],
    [3_007_295, 27],
  ])("of calibnet, %i: %i", (epoch, version) => expect(networkVersionAt(calibnet, epoch)).toBe(version));

  test("of butterflynet", () => expect(networkVersionAt(butterflynet, 0)).toBe(28));
});

test.each(Object.entries(CHAIN_NETWORKS))(
  "heights of %s that are no less than 0 ascend",
  (_, { upgrades }) => {
    const heights = upgrades.map(({ height }) => height as number).filter((height) => height >= 0);
    expect(heights).toEqual([...new Set(heights)].sort((a, b) => a - b));
  },
);

const names = recordings(["nv28", "nv27-28"]);
if (names.length === 0) skipLoudly("a Lotus node's answers: they are not on this machine");

test.each(names)("network versions as the node of %s has them", (name) => {
  const { upgrades } = read(name, "network.json") as Pick<UpgradeSchedule, "upgrades">;
  const heights = new Map(
    [...openLotusChain(name).headers].map(([cid, { header }]) => [cidText(cid), Number(header.height)]),
  );
  const asked = answers<[{ "/": string }[]], number>(name, "Filecoin.StateNetworkVersion");
  let count = 0;
  for (const { params, result } of asked) {
    const height = heights.get(params[0][0]?.["/"] ?? "");
    if (height === undefined) continue;
    expect(networkVersionAt({ genesisVersion: 0, upgrades }, height)).toBe(result);
    count++;
  }
  expect(count).toBeGreaterThan(2);
});
