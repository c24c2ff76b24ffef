import type { NodeChain } from "./chain/node-chain.js";
import type { TipsetTraces } from "./chain/traced-tipset.js";
import type { ChainChoice } from "./dev/chain-choice.js";
import type { DevNode } from "./dev/dev-node.js";
import type { EthView } from "./eth/eth-view.js";
import type { Filters } from "./eth/filters/filters.js";
import type { Subscriptions } from "./eth/filters/subscriptions.js";
import type { MessagePool } from "./pool/message-pool.js";
import type { NodeSettings } from "./settings.js";

export type { NodeSettings } from "./settings.js";

/** A node, as the methods of its RPC see it. */
export interface Node {
  readonly chain: NodeChain;
  readonly pool: MessagePool;
  readonly eth: EthView;
  /** Makes the chain go on; absent of a chain that nobody makes blocks for. */
  readonly dev?: DevNode;
  /** Has it have another chain; absent where `dev` is. */
  readonly chains?: ChainChoice;
  /** Traces of the chain's tipsets. */
  readonly traces: TipsetTraces;
  /** Filters that are asked what has happened. */
  readonly filters: Filters;
  /** Connections that are told what happens. */
  readonly subscriptions: Subscriptions;
  readonly settings: NodeSettings;
}
