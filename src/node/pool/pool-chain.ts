import type { Blockstore } from "../../blockstore/blocks.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { ChainNetwork } from "../../chain/networks/networks.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";

/** Options of what waits. */
export interface Waiting {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** A chain, as far as the messages that wait for it need it. */
export interface PoolChain {
  readonly network: ChainNetwork;
  readonly head: ChainTipset;
  readonly chain: { readonly blockstore: Blockstore };
  /** Messages of a tipset that count. */
  messages(tipset: ChainTipset, options?: Waiting): Promise<readonly { readonly message: Message }[]>;
  /** Root of the state that a tipset leaves. */
  stateAfter(tipset: ChainTipset, options?: Waiting): Promise<Cid>;
  tipsetAt(epoch: number, nullRound: "before" | "after", options?: Waiting): Promise<ChainTipset | undefined>;
}
