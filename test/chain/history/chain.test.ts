import { describe, expect, test } from "vitest";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { type ChainTipset, chainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import type { EpochIndex } from "../../../src/chain/history/epoch-index.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { skipLoudly } from "../../support/skip.js";

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

test("a tipset of no key is refused", async () => {
  const chain = new Chain(new MemoryBlockstore());
  await expect(chain.tipset(undefined as never)).rejects.toMatchObject({ code: "INVALID_OPTION" });
  await expect(chain.tipset([])).rejects.toMatchObject({ code: "INVALID_TIPSET" });
});

/** Epochs apart at which the chains are looked at. */
const STEP = 7;

describe.each(chains)("the chain %s", (name) => {
  const { store, headers } = openLotusChain(name);
  const tipsets = tipsetsOf([...headers.values()].map(({ header }) => header));
  const head = tipsets.at(-1) as ChainTipset;
  const index: EpochIndex = { keyAt: (epoch) => tipsets.find((tipset) => tipset.epoch === epoch)?.key };

  test("goes from parent to parent to genesis", async () => {
    const chain = new Chain(store);
    const epochs: number[] = [];
    for (let at: ChainTipset | undefined = await chain.tipset(head.key); at; at = await chain.parent(at)) {
      epochs.push(at.epoch);
    }
    expect(epochs.reverse()).toEqual(tipsets.map(({ epoch }) => epoch));
  });

  test.each([
    ["by steps", undefined],
    ["by an index", index],
    [
      "by an index that begins late",
      { keyAt: (epoch: number) => (epoch < 50 ? undefined : index.keyAt(epoch)) },
    ],
  ] as const)("has the tipset of each epoch %s", async (_, index) => {
    const chain = new Chain(store, index && { index });
    for (let epoch = -1; epoch <= head.epoch; epoch += STEP) {
      const before = tipsets.findLast((tipset) => tipset.epoch <= Math.max(epoch, 0));
      const after = tipsets.find((tipset) => tipset.epoch >= epoch);
      expect((await chain.tipsetAt(epoch, head, "before"))?.key).toEqual(before?.key);
      expect((await chain.tipsetAt(epoch, head, "after"))?.key).toEqual(after?.key);
    }
    expect(await chain.tipsetAt(head.epoch + 1, head, "before")).toBeUndefined();
  });

  test("does not take the main chain's tipsets for a fork's", async () => {
    const other: EpochIndex = { keyAt: () => tipsets[0]?.key };
    const chain = new Chain(store, { index: other });
    expect((await chain.tipsetAt(10, head, "after"))?.epoch).toBeGreaterThanOrEqual(10);
  });
});

/** Ascending; of an epoch with a fork the one that the next is built on. */
function tipsetsOf(headers: readonly Parameters<typeof chainTipset>[0][number][]): ChainTipset[] {
  const epochs = new Map<number, (typeof headers)[number][]>();
  for (const header of headers) {
    const epoch = Number(header.height);
    epochs.set(epoch, [...(epochs.get(epoch) ?? []), header]);
  }
  const tipsets = [...epochs.values()].map(chainTipset);
  return tipsets.sort((a, b) => (firstHeader(a).timestamp < firstHeader(b).timestamp ? -1 : 1));
}
