/** A thread of `VectorThreads`. */
import { attachCache, type BlockCache } from "../../blockstore/block-cache.js";
import type { AheadTask } from "../../chain/execution/crew.js";
import { executeAhead } from "../../chain/execution/execute-ahead.js";
import { serve } from "../../threads/serve.js";
import { vectorExterns } from "./externs.js";
import { nodeOf } from "./run-tipsets.js";
import { type ProofVerdict, verifierOf } from "./runner.js";
import type { TipsetVector, Variant } from "./vector.js";

/** The chain that a vector was made on. */
export interface VectorChain
  extends Pick<
      TipsetVector,
      "class" | "origin" | "chainId" | "genesisTimestamp" | "circulatingSupply" | "randomness" | "tipsetCids"
    >,
    Pick<Variant, "networkVersion"> {
  readonly proofs: ProofVerdict;
}

export interface AheadWork {
  readonly chain: VectorChain;
  readonly task: AheadTask;
}

/** All that there is, is in the cache. */
const EMPTY_STORE = { get: () => undefined, putMany: () => undefined };

serve(async () => {
  let known: { readonly id: number; readonly cache: BlockCache } | undefined;
  const cacheOf = (id: number): BlockCache | undefined => {
    if (known?.id === id) return known.cache;
    const cache = attachCache(id);
    known = cache && { id, cache };
    return cache;
  };
  return {
    async perform({ chain, task }: AheadWork) {
      const blockCache = cacheOf(task.cache);
      // The vector is through.
      if (blockCache === undefined) return;
      const parts = {
        store: EMPTY_STORE,
        blockCache,
        externs: vectorExterns(chain),
        proofs: verifierOf(chain.proofs),
      };
      await executeAhead(nodeOf(chain, chain, parts), task);
    },
  };
});
