import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { readBlocks } from "../../../src/blockstore/access.js";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import { baseFeeRuleAt, nextBaseFee } from "../../../src/chain/rules/base-fee.js";
import type { BlockHeader } from "../../../src/chain/types/header.js";
import { type BlockMessages, readBlockMessages } from "../../../src/chain/types/message-meta.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { plainMessage } from "../../support/plain-network.js";
import { skipLoudly } from "../../support/skip.js";

const TARGET = 5_000_000_000;

/** A block of messages of that much gas at that premium. */
function block(
  ...messages: readonly { readonly gas: number; readonly premium?: bigint; readonly nonce?: number }[]
) {
  const bls = messages.map(({ gas, premium = 0n, nonce = 0 }, i) =>
    plainMessage({
      ...{ from: idAddress(100 + i), to: idAddress(1), nonce, gasLimit: gas },
      ...{ gasPremium: premium, gasFeeCap: 10n ** 12n },
    }),
  );
  return { bls, secp: [] } satisfies BlockMessages;
}

describe("the base fee by use", () => {
  test("stays at the target", () => expect(nextBaseFee("use", 800n, [block({ gas: TARGET })])).toBe(800n));
  test("rises and falls by an eighth", () => {
    expect(nextBaseFee("use", 800n, [block({ gas: 2 * TARGET })])).toBe(900n);
    expect(nextBaseFee("use", 800n, [block()])).toBe(700n);
  });
  test("is rounded down, also below zero", () => {
    expect(nextBaseFee("use", 801n, [block()])).toBe(700n);
    expect(nextBaseFee("use", 807n, [block({ gas: 2 * TARGET })])).toBe(907n);
  });
  test("is never below 100", () => expect(nextBaseFee("use", 101n, [block()])).toBe(100n));
  test("counts a message of two blocks once", () => {
    const [one, two] = [block({ gas: TARGET }), block({ gas: TARGET })];
    expect(nextBaseFee("use", 8000n, [one, two])).toBe(8000n - 500n);
  });
  test("takes blocks for four fifths full, at first", () => {
    expect(nextBaseFee("packedUse", 800n, [block({ gas: 4_000_000_000 })])).toBe(800n);
  });
});

describe("the base fee by premiums", () => {
  test("falls by an eighth if there is less gas than four fifths of a block's", () => {
    expect(nextBaseFee("premiums", 8000n, [block({ gas: 7_999_999_999, premium: 10n ** 9n })])).toBe(7000n);
  });
  test("follows the premium of the message that holds that gas", () => {
    const messages = [
      { gas: 7_999_999_999, premium: 5000n },
      { gas: 1, premium: 1100n },
      { gas: 1_000_000_000, premium: 7n },
    ];
    expect(nextBaseFee("premiums", 8000n, [block(...messages)])).toBe(8000n + 1100n - 1000n);
  });
  test("rises by an eighth at most", () => {
    expect(nextBaseFee("premiums", 8001n, [block({ gas: 8_000_000_000, premium: 10n ** 9n })])).toBe(
      8001n + 1001n,
    );
  });
  test("counts a sender's nonce once", () => {
    const [one, two] = [
      block({ gas: 4_000_000_000, premium: 10n ** 9n }),
      block({ gas: 4_000_000_000, premium: 1n }),
    ];
    expect(nextBaseFee("premiums", 8000n, [one, two])).toBe(7000n);
  });
});

describe("the rule of an epoch", () => {
  const { mainnet, calibnet, butterflynet } = CHAIN_NETWORKS;
  test.each<[string, ChainNetwork, number, string]>([
    ["mainnet", mainnet, 41_280, "packedUse"],
    ["mainnet", mainnet, 41_281, "least"],
    ["mainnet", mainnet, 41_399, "least"],
    ["mainnet", mainnet, 41_400, "packedUse"],
    ["mainnet", mainnet, 51_000, "packedUse"],
    ["mainnet", mainnet, 51_001, "use"],
    ["mainnet", mainnet, 6_052_799, "use"],
    ["mainnet", mainnet, 6_052_800, "premiums"],
    ["calibnet", calibnet, 0, "use"],
    ["butterflynet", butterflynet, 0, "premiums"],
  ])("of %s", (_, network, epoch, rule) => expect(baseFeeRuleAt(network, epoch)).toBe(rule));

  test("at first is the least fee whatever blocks hold", () => {
    expect(nextBaseFee("least", 800n, [block({ gas: 2 * TARGET })])).toBe(100n);
  });
});

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

test.each(chains)("the base fee of each block of the chain %s", async (name) => {
  const { headers, store } = openLotusChain(name);
  const network = readChainNetwork(read(name, "network.json"));
  const headerOf = (cid: Cid) => headers.get(cid)?.header as BlockHeader;
  const rules = new Set<string>();
  for (const { header } of headers.values()) {
    if (header.height === 0) continue;
    const parents = header.parents.map(headerOf);
    const blocks = await Promise.all(
      parents.map((parent) => readBlocks(store, (access) => readBlockMessages(access, parent.messages))),
    );
    const [first] = parents as [BlockHeader];
    const rule = baseFeeRuleAt(network, Number(first.height));
    rules.add(rule);
    expect(nextBaseFee(rule, first.parentBaseFee, blocks)).toBe(header.parentBaseFee);
  }
  expect(rules.has("premiums")).toBe(true);
});
