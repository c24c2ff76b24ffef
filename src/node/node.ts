import type { NodeChain } from "./chain/node-chain.js";

/** Settings of a node that answers depend on. */
export interface NodeSettings {
  /** Exactly Lotus's answers, texts and statuses, also where clients of Ethereum expect others. */
  readonly lotus: boolean;
  /** Answer of `web3_clientVersion`, and `Agent` of `Filecoin.Version`. */
  readonly clientVersion: string;
}

/** A node, as the methods of its RPC see it. */
export interface Node {
  readonly chain: NodeChain;
  readonly settings: NodeSettings;
}
