/** Chain nodes of the benchmark's tipsets, in the main thread and in workers, which have the first state in a folder. */
import type { Blockstore } from "#src/blockstore/blocks.js";
import { LmdbBlockstore } from "#src/blockstore/lmdb/lmdb-blockstore.js";
import type { ChainNode } from "#src/chain/execution/node.js";
import { acceptProofs } from "#src/vm/proofs/verifier.js";

const NETWORK_VERSION = 28;

export function nodeOver(blockstore: Blockstore): ChainNode {
  const unasked = () => {
    throw new Error("no message of the bench asks for it");
  };
  return {
    chainId: 31_415_926,
    genesisTimestamp: 0,
    blockstore,
    externs: {
      getChainRandomness: unasked,
      getBeaconRandomness: unasked,
      getTipsetCid: unasked,
      verifyConsensusFault: unasked,
    },
    proofs: acceptProofs,
    networkVersion: () => NETWORK_VERSION,
    circulatingSupply: () => 0n,
  };
}

export default async function makeNode(folder: string): Promise<ChainNode> {
  const store = await LmdbBlockstore.open(folder);
  return { ...nodeOver(store), close: () => store.close() };
}
