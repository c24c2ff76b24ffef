import type { Blockstore } from "#src/blockstore/blocks.js";
import type { Prefetch } from "#src/chain/execution/prefetch.js";

import type { Spent } from "./clock.js";

/** Tipsets that are measured. */
export interface LatencyCase {
  readonly name: string;
  /** Answers at once, and has all blocks. */
  readonly store: Blockstore;
  readonly tipsets: number;
  readonly messages: number;
  /**
   * Goes through the tipsets, with nothing in memory at the beginning. Throws `BenchError` if anything comes out otherwise.
   *
   * @param store with the same blocks
   * @returns time of each part
   */
  run(store: Blockstore, prefetch: Prefetch | undefined): Promise<readonly Spent[]>;
}
