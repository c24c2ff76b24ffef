/**
 * Chain nodes of workers, which have the chain in a folder. It imports what a package would: the worker has these
 * modules, and versions of networks are known by identity.
 */
import { LmdbBlockstore } from "#src/blockstore/index.js";
import type { NetworkFile } from "#src/chain/devnet/network-file.js";
import { Chain, type ChainNode, chainNode, readChainNetwork } from "#src/chain/index.js";
import { acceptProofs } from "#src/index.js";

export interface MixNodeData {
  readonly folder: string;
  readonly networkFile: NetworkFile;
}

export default async function makeNode({ folder, networkFile }: MixNodeData): Promise<ChainNode> {
  const store = await LmdbBlockstore.open(folder);
  const node = chainNode({
    network: readChainNetwork(networkFile),
    chain: new Chain(store),
    proofs: acceptProofs,
  });
  return { ...node, close: () => store.close() };
}
