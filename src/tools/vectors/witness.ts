/** Vectors of tipsets, executed on what was recorded of them alone. */

import { BlockCache } from "../../blockstore/block-cache.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { RecordingBlockstore } from "../../blockstore/recording-blockstore.js";
import { executeTipset } from "../../chain/execution/execute-tipset.js";
import type { TipsetResult } from "../../chain/execution/tipset.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { vectorExterns } from "./externs.js";
import type { Library } from "./library.js";
import { nodeOf, tipsetsOf } from "./run-tipsets.js";
import { verifierOf } from "./runner.js";
import { VectorStore } from "./store.js";
import type { TipsetVector, Variant } from "./vector.js";

/** Roots that all tipsets of a vector led to. */
export interface Roots {
  readonly stateRoots: readonly string[];
  readonly receiptsRoots: readonly string[];
}

export interface Recorded extends Roots {
  readonly witness: readonly Block[];
}

/** Executes a vector and notes what it reads. */
export async function recordVector(
  vector: TipsetVector,
  variant: Variant,
  library: Library,
): Promise<Recorded> {
  const store = new RecordingBlockstore(new VectorStore(vector.car(), library.blocksBelow(vector, variant)));
  try {
    return { ...(await rootsOf(vector, variant, store, store.cache)), witness: store.witness() };
  } finally {
    store.cache.clear();
  }
}

/** Executes a vector on these blocks alone. */
export async function replayVector(
  vector: TipsetVector,
  variant: Variant,
  witness: Iterable<Block>,
): Promise<Roots> {
  const cache = BlockCache.create(64 * 2 ** 20);
  try {
    return await rootsOf(vector, variant, new MemoryBlockstore(witness), cache);
  } finally {
    cache.clear();
  }
}

async function rootsOf(
  vector: TipsetVector,
  variant: Variant,
  store: Blockstore,
  blockCache: BlockCache,
): Promise<Roots> {
  const proofs = verifierOf(vector.origin === "public" ? "accept" : "reject");
  const parts = { store, blockCache, externs: vectorExterns(vector), proofs };
  const node = {
    ...nodeOf(vector, variant, parts),
    missingBlocks: "host-fault",
    requiresCode: true,
  } as const;
  const results: TipsetResult[] = [];
  let root: Cid = vector.stateRoot;
  for (const tipset of tipsetsOf(vector, variant)) {
    const result = await executeTipset(node, root, tipset, { selected: true });
    results.push(result);
    root = result.stateRoot;
  }
  return {
    stateRoots: results.map(({ stateRoot }) => cidText(stateRoot)),
    receiptsRoots: results.map(({ receiptsRoot }) => cidText(receiptsRoot)),
  };
}
