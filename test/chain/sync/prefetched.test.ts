/** Chains on a store that answers late, validated with a prefetcher and without. */
import { beforeAll, describe, expect, test } from "vitest";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { DevnetChain } from "../../../src/chain/devnet/devnet-chain.js";
import { DevnetTraffic } from "../../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../../src/chain/devnet/traffic/mix.js";
import type { Prefetch } from "../../../src/chain/execution/prefetch.js";
import { Chain } from "../../../src/chain/history/chain.js";
import { chainNode } from "../../../src/chain/node/chain-node.js";
import { Prefetcher } from "../../../src/chain/prefetch/prefetcher.js";
import { mainChain } from "../../../src/chain/sync/main-chain.js";
import { type ValidateChainOptions, validateChain } from "../../../src/chain/sync/validate-chain.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { HostFault } from "../../../src/errors.js";
import { acceptProofs } from "../../../src/vm/proofs/verifier.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { LateStore, turn } from "../../support/late-store.js";
import { skipLoudly } from "../../support/skip.js";

const TIPSETS = 12;
/** Milliseconds: actors may have to be compiled. */
const SLOW = 300_000;
const isPossible = devnetVersions([28]).length > 0;
if (!isPossible) skipLoudly("chains on late stores, with a prefetcher: no bundle v18 of mainnet");

describe.skipIf(!isPossible)("a chain on a store that answers late", () => {
  let devnet: DevnetChain;

  beforeAll(async () => {
    devnet = await makeDevnet();
    const traffic = new DevnetTraffic(devnet, { seed: "late", messages: 8, mix: USUAL_MIX, nullRounds: 10 });
    for (let i = 0; i < TIPSETS; i++) await traffic.mine();
  }, SLOW);

  const lateStore = () => new LateStore(devnet.blockstore as MemoryBlockstore);

  /** With nothing in memory. */
  async function validated(store: LateStore, prefetch?: Prefetch, options: ValidateChainOptions = {}) {
    const { network, head } = devnet;
    const { index } = await mainChain(devnet.chain, head);
    const blockCache = BlockCache.create(1 << 26);
    const chain = new Chain(store, { index, blockCache });
    const node = chainNode({
      network,
      chain,
      blockCache,
      proofs: acceptProofs,
      ...(prefetch !== undefined && { prefetch }),
    });
    return validateChain({ chain, network, node, head, index }, { ...options, blockCache });
  }

  test("comes out the same, and executing it waits less often", async () => {
    const [alone, ahead] = [lateStore(), lateStore()];
    const [nobody, prefetcher] = [new Prefetcher({ maxBlocks: 1, concurrency: 1 }), new Prefetcher()];
    const expected = await validated(alone, nobody);
    expect(await validated(ahead, prefetcher)).toEqual(expected);
    expect(expected).toMatchObject({ ok: true, tipsets: TIPSETS + 1 });
    expect(ahead.stored).toEqual(alone.stored);
    expect(prefetcher.waits(ahead)).toBeLessThan(nobody.waits(alone));
  });

  test("nothing is asked any more after the end, and what is on its way is given up", async () => {
    const store = lateStore();
    await validated(store, new Prefetcher());
    const { length } = store.asked;
    expect([...store.open].every((signal) => signal?.aborted === true)).toBe(true);
    for (let i = 0; i < 20; i++) await turn();
    expect(store.asked).toHaveLength(length);
  });

  test("a prefetcher serves several validations, also one that was aborted and one that was refused", async () => {
    const prefetcher = new Prefetcher();
    const store = lateStore();
    const controller = new AbortController();
    let epochs = 0;
    const aborting: Prefetch = {
      begin(plan) {
        if (++epochs === TIPSETS / 2) controller.abort(new Error("enough"));
        return prefetcher.begin(plan);
      },
      expect: (tipset, signal) => prefetcher.expect(tipset, signal),
    };
    const { signal } = controller;
    await expect(validated(store, aborting, { signal })).rejects.toThrow("enough");
    const early = await validated(store, prefetcher, { now: () => 0 });
    expect(early.difference?.refusal.code).toBe("FROM_THE_FUTURE");
    expect(await validated(store, prefetcher)).toEqual(await validated(lateStore()));
  });

  test.each([0.5, 0.75, 0.95])(
    "a block that fails is a fault, as without: at %d of the chain",
    async (part) => {
      const alone = lateStore();
      await validated(alone);
      const failing = new Set([alone.asked[Math.floor(part * alone.asked.length)] as Cid]);
      const faultOf = async (prefetch?: Prefetch) => {
        const store = lateStore();
        store.failing = failing;
        return validated(store, prefetch).catch((error: unknown) => error);
      };
      const fault = await faultOf();
      expect(fault).toBeInstanceOf(HostFault);
      expect(await faultOf(new Prefetcher())).toEqual(fault);
    },
  );
});
