/** Blocks that checks ask for before it is their turn. */
import { expect, test } from "vitest";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { lookbackOf } from "../../../src/chain/history/lookback.js";
import { ElectionStates } from "../../../src/chain/rules/election-states.js";
import { BlockValidator } from "../../../src/chain/validation/block-validator.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { LateStore } from "../../support/late-store.js";
import { skipLoudly } from "../../support/skip.js";

/** Milliseconds: actors may have to be compiled. */
const SLOW = 300_000;
const isPossible = devnetVersions([28]).length > 0;
if (!isPossible) skipLoudly("checks on late stores: no bundle v18 of mainnet");

test.skipIf(!isPossible)(
  "states that elections look back to are read while a tipset is prepared",
  async () => {
    const devnet = await makeDevnet();
    for (let i = 0; i < 4; i++) await devnet.mine();
    const { network, head } = devnet;
    const blocks = devnet.blockstore as MemoryBlockstore;
    const base = await devnet.chain.tipset(firstHeader(head).parents);

    const old = new LateStore(blocks);
    const states = new ElectionStates(old, { blockCache: BlockCache.create(1 << 26) });
    const lookback = await lookbackOf(devnet.chain, network, base, head.epoch, {});
    if (lookback === undefined) throw new Error("nothing to look back to");
    for (const { miner } of head.headers) {
      await states.claim(lookback.before, miner, undefined);
      await states.miner(lookback.state, miner, undefined);
    }
    expect(old.asked.length).toBeGreaterThan(5);

    const store = new LateStore(blocks);
    const blockCache = BlockCache.create(1 << 26);
    const validator = new BlockValidator(new Chain(store, { blockCache }), network, { blockCache });
    const prepared = await validator.prepare(head);
    await prepared.elections;
    const ahead = new Set<Cid>(store.asked.splice(0));
    expect(old.asked.filter((cid) => !ahead.has(cid))).toEqual([]);

    const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(head);
    expect(await validator.validate(prepared, { stateRoot, receiptsRoot })).toBeUndefined();
    expect(store.asked.filter((cid) => old.asked.includes(cid))).toEqual([]);
  },
  SLOW,
);
