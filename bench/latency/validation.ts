import { BlockCache } from "#src/blockstore/block-cache.js";
import type { Blockstore } from "#src/blockstore/blocks.js";
import { Chain } from "#src/chain/history/chain.js";
import type { ChainTipset } from "#src/chain/history/chain-tipset.js";
import type { ChainNetwork } from "#src/chain/networks/networks.js";
import { chainNode } from "#src/chain/node/chain-node.js";
import { mainChain } from "#src/chain/sync/main-chain.js";
import { validateChain } from "#src/chain/sync/validate-chain.js";
import { acceptProofs } from "#src/vm/proofs/verifier.js";
import { BenchError } from "../bench-error.js";
import type { LatencyCase } from "./cases.js";
import { spentOn } from "./clock.js";

/** A chain to validate from an epoch on. */
export interface ChainSubject {
  readonly store: Blockstore;
  readonly network: ChainNetwork;
  readonly head: ChainTipset;
  readonly from: number;
}

const CACHE_BYTES = 256 << 20;

/** Validation of a chain whose keys are known, as those of a chain's folder are; blocks are read from the store alone. */
export async function validationCase(
  name: string,
  { store, network, head, from }: ChainSubject,
): Promise<LatencyCase> {
  const { index } = await mainChain(new Chain(store), head);
  const validate = async (blockstore: Blockstore, prefetch: Parameters<LatencyCase["run"]>[1]) => {
    const blockCache = BlockCache.create(CACHE_BYTES);
    const chain = new Chain(blockstore, { index, blockCache });
    const options = { network, chain, blockCache, proofs: acceptProofs };
    const node = chainNode({ ...options, ...(prefetch !== undefined && { prefetch }) });
    const result = await validateChain({ chain, network, node, head, index }, { from, blockCache });
    blockCache.clear();
    if (!result.ok) throw new BenchError(`${name}: ${result.difference?.refusal.text}`);
    return result;
  };
  const { tipsets, messages } = await validate(store, undefined);
  return {
    name,
    store,
    tipsets,
    messages,
    run: async (blockstore, prefetch) => [await spentOn(() => validate(blockstore, prefetch))],
  };
}
