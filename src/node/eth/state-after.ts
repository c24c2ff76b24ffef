import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { type InspectedState, onState, type StateAt } from "../../inspect/state/inspected-state.js";
import type { Waits } from "../../util/waits.js";
import type { NodeChain } from "../chain/node-chain.js";

/** The state after a tipset, which is still that of its network version. Throws as `NodeChain.stateAfter`. */
export async function stateAtAfter(
  chain: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<StateAt> {
  const root = await chain.stateAfter(tipset, options);
  return { root, network: networkVersionAt(chain.network, tipset.epoch) };
}

/** Reads the state after a tipset. Throws as `NodeChain.stateAfter` and `onState`. */
export async function onStateAfter<T>(
  chain: NodeChain,
  tipset: ChainTipset,
  read: (state: InspectedState) => Waits<T>,
  options: ChainReadOptions,
): Promise<T> {
  return onState(chain.chain.blockstore, await stateAtAfter(chain, tipset, options), read, options);
}
