import type { NodeChain } from "../chain/node-chain.js";
import { TipsetTraces } from "../chain/traced-tipset.js";
import { EthView } from "../eth/eth-view.js";
import { Filters } from "../eth/filters/filters.js";
import { Subscriptions } from "../eth/filters/subscriptions.js";
import type { Node, NodeSettings } from "../node.js";
import type { MessagePool } from "../pool/message-pool.js";

/** A node of a chain that somebody else makes go on. */
export function nodeOf(chain: NodeChain, pool: MessagePool, settings: NodeSettings): Node {
  const eth = new EthView(chain, pool, settings);
  return {
    chain,
    pool,
    eth,
    traces: new TipsetTraces(chain),
    filters: new Filters(eth, settings),
    subscriptions: new Subscriptions(eth, settings),
    settings,
  };
}

/** Ends what its parts hear of the chain. */
export function stopTelling({ filters, subscriptions }: Node): void {
  filters.close();
  subscriptions.close();
}
