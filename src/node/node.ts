import type { NodeChain } from "./chain/node-chain.js";
import type { TipsetTraces } from "./chain/traced-tipset.js";
import type { DevNode } from "./dev/dev-node.js";
import type { MessagePool } from "./pool/message-pool.js";

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
  readonly pool: MessagePool;
  /** Makes the chain go on; absent of a chain that nobody makes blocks for. */
  readonly dev?: DevNode;
  /** What messages of the chain's tipsets did. */
  readonly traces: TipsetTraces;
  readonly settings: NodeSettings;
}
