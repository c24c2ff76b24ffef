import type { Blockstore, BlockstoreOptions } from "#src/blockstore/blocks.js";
import type { EpochPlan, EpochPrefetch, Prefetch } from "#src/chain/execution/prefetch.js";
import { promiseOf } from "#src/util/waits.js";

/** Counts how often execution waits, and fetches nothing ahead. */
export class WaitCount implements Prefetch {
  #waits = 0;

  begin({ machine: { blockstore } }: EpochPlan): EpochPrefetch {
    return { blockstore: this.#counting(blockstore), reached: () => undefined, end: () => undefined };
  }

  /** As `Prefetcher.waits`. */
  waits(): number {
    return this.#waits;
  }

  #counting(store: Blockstore): Blockstore {
    return {
      get: (cid, options?: BlockstoreOptions) => {
        const answer = store.get(cid, options);
        if (promiseOf(answer) !== undefined) this.#waits++;
        return answer;
      },
      putMany: (blocks, options) => store.putMany(blocks, options),
    };
  }
}
