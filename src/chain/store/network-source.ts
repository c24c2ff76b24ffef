import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { readChainNetwork } from "../networks/network-file.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../networks/networks.js";

/** Name of a network that anybody can join. */
export type KnownNetwork = keyof typeof CHAIN_NETWORKS;

/** A network by name, or by the JSON of its file, of which `readChainNetwork` says what it has. */
export type NetworkSource = KnownNetwork | object;

/** The network. Throws `FvmError` INVALID_OPTION, INVALID_NETWORK. */
export function networkOf(source: NetworkSource): ChainNetwork {
  if (typeof source === "object" && source !== null) return readChainNetwork(source);
  if (Object.hasOwn(CHAIN_NETWORKS, source)) return CHAIN_NETWORKS[source];
  const names = Object.keys(CHAIN_NETWORKS).join(", ");
  const reason = `${source} is none of ${names}, nor a network file's content`;
  throw new FvmError("INVALID_OPTION", { option: "network", reason });
}

/** The network that begins with a header, if anybody can join it. */
export function networkWithGenesis(genesis: Cid): KnownNetwork | undefined {
  const names = Object.keys(CHAIN_NETWORKS) as KnownNetwork[];
  return names.find((name) => CHAIN_NETWORKS[name].genesis.cid === genesis);
}
