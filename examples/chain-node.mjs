// The module with which each worker of a pool makes its chain node. Here the state comes with the pool's data;
// a real node opens its database, which all workers share, and has a `close`.
import { MemoryBlockstore, rejectProofs } from "fvm-node";

export default function chainNode({ blocks }) {
  return {
    chainId: 314,
    genesisTimestamp: 0,
    blockstore: new MemoryBlockstore(blocks),
    externs: {
      getChainRandomness: () => undefined,
      getBeaconRandomness: () => undefined,
      getTipsetCid: () => undefined,
      verifyConsensusFault: () => undefined,
    },
    proofs: rejectProofs,
    networkVersion: () => 28,
    circulatingSupply: () => 0n,
  };
}
