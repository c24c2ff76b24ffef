import { expect, test } from "vitest";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { networkVersionAt } from "../../../src/chain/networks/upgrades.js";
import { ElectionStates } from "../../../src/chain/rules/election-states.js";
import { weightAfter } from "../../../src/chain/rules/weight.js";
import type { BlockHeader } from "../../../src/chain/types/header.js";
import { tipsetOrder } from "../../../src/chain/types/tipset-key.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const header = (parentWeight: bigint, winCount: number) => ({
  parentWeight,
  electionProof: { winCount, vrfProof: new Uint8Array() },
});

test("the weight of a tipset grows with power and wins", () => {
  // Power of 17 bits: 16 in each block's epoch.
  const [base, power] = [1000n, 65_536n];
  expect(weightAfter([header(base, 0)], power)).toBe(base + 16n * 256n);
  expect(weightAfter([header(base, 1)], power)).toBe(base + 4096n + 409n);
  expect(weightAfter([header(base, 1)], 2n * power - 1n)).toBe(base + 4096n + 409n);
  // Rounded once, of the sum of wins.
  expect(weightAfter([header(base, 1), header(5n, 2)], power)).toBe(base + 4096n + 1228n);
  expect(weightAfter([header(base, 3)], 1n)).toBe(base);
});

test("what has no weight is refused", () => {
  expect(() => weightAfter([], 1n)).toThrow("the headers of a tipset");
  expect(() => weightAfter([{ parentWeight: 1n, electionProof: undefined }], 1n)).toThrow("electionProof");
  expect(() => weightAfter([header(1n, 1)], 0n)).toThrow("option: 'totalPower'");
});

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

test.each(chains)("the weight of each block of the chain %s", async (name) => {
  const { headers, store } = openLotusChain(name);
  const network = readChainNetwork(read(name, "network.json"));
  const states = new ElectionStates(store, {});
  const headerOf = (cid: Cid) => headers.get(cid)?.header as BlockHeader;
  for (const { header } of headers.values()) {
    if (header.height === 0) continue;
    const parents = tipsetOrder(header.parents.map(headerOf)).map((parent) => parent.header);
    const [first] = parents as [BlockHeader];
    const version = networkVersionAt(network, Number(first.height));
    const { qualityAdjusted } = await states.power(
      { root: first.parentStateRoot, network: version },
      undefined,
    );
    expect(weightAfter(parents, qualityAdjusted)).toBe(header.parentWeight);
  }
});
