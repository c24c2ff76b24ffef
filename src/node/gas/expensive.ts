import { CHAIN_NETWORKS, type ChainNetwork } from "../../chain/networks/networks.js";
import { RpcError, rpcCode } from "../rpc/errors.js";

const PUBLIC: readonly ChainNetwork[] = Object.values(CHAIN_NETWORKS);

/**
 * The first epoch of some whose state would have to be upgraded for a call, which Lotus refuses on networks that anybody
 * can join; on others, upgrades are cheap. Undefined: there is none. Source: Lotus chain/stmgr/forks.go,
 * `expensiveForkBetween`.
 *
 * @param to not included
 */
export function expensiveUpgrade(network: ChainNetwork, from: number, to: number): number | undefined {
  if (!PUBLIC.includes(network)) return undefined;
  const heights = network.upgrades.map(({ height }) => height).sort((a, b) => a - b);
  return heights.find((height) => from <= height && height < to);
}

/** Throws `RpcError` if a call on the state after an epoch would need an upgrade that Lotus does not do for it. */
export function refuseExpensive(network: ChainNetwork, epoch: number): void {
  const upgrade = epoch > 0 ? expensiveUpgrade(network, epoch, epoch + 1) : undefined;
  if (upgrade === undefined) return;
  const text = `required historical state unavailable: refusing explicit call due to state fork at epoch ${upgrade}`;
  throw new RpcError(rpcCode.expensiveFork, text, upgrade);
}
