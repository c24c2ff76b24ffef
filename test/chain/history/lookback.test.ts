import { describe, expect, test } from "vitest";
import { Chain } from "../../../src/chain/history/chain.js";
import { type ChainTipset, chainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { lookbackOf } from "../../../src/chain/history/lookback.js";
import type { BlockHeader } from "../../../src/chain/types/header.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { skipLoudly } from "../../support/skip.js";

const SCHEDULE = { genesisVersion: 28, upgrades: [{ height: 60, networkVersion: 28 }] };

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

describe.each(chains)("elections of the chain %s", (name) => {
  const { store, headers } = openLotusChain(name);
  const chain = new Chain(store);
  const blocks = [...headers.values()].map(({ header }) => header);
  const genesis = blocks.find(({ height }) => height === 0) as BlockHeader;

  test("look back to genesis for 900 epochs", async () => {
    const base = chainTipset([blocks.find(({ height }) => height < 150) as BlockHeader]);
    const root = genesis.parentStateRoot;
    for (const epoch of [base.epoch + 1, 900]) {
      const lookback = await lookbackOf(chain, SCHEDULE, base, epoch, {});
      expect([lookback?.state.root, lookback?.before.root]).toEqual([root, root]);
    }
    expect((await lookbackOf(chain, SCHEDULE, chainTipset([genesis]), 5000, {}))?.state.root).toBe(root);
  });

  test("look at the state that the last tipset has left which is old enough, and at the one before", async () => {
    const head = await chain.tipset([...headers.keys()].slice(0, 1));
    const tipsets: ChainTipset[] = [];
    for (let at: ChainTipset | undefined = head; at; at = await chain.parent(at)) tipsets.push(at);
    const [next, tipset] = tipsets.slice(3, 5) as [ChainTipset, ChainTipset];
    const lookback = await lookbackOf(chain, SCHEDULE, head, tipset.epoch + 900, {});
    expect(lookback?.state).toEqual({ root: firstHeader(next).parentStateRoot, network: 28 });
    expect(lookback?.before).toEqual({ root: firstHeader(tipset).parentStateRoot, network: 28 });
  });

  test("have nothing to look at after too many null rounds", async () => {
    const head = await chain.tipset([...headers.keys()].slice(0, 1));
    expect(await lookbackOf(chain, SCHEDULE, head, head.epoch + 900, {})).toBeUndefined();
    expect(await lookbackOf(chain, SCHEDULE, head, head.epoch + 899, {})).toBeDefined();
  });
});
