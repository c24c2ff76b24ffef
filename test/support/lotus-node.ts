/** A chain node over a chain that a Lotus node has made. */
import { readFileSync } from "node:fs";
import { Chain } from "../../src/chain/history/chain.js";
import type { ChainTipset } from "../../src/chain/history/chain-tipset.js";
import { readChainNetwork } from "../../src/chain/networks/network-file.js";
import type { ChainNetwork } from "../../src/chain/networks/networks.js";
import { parseCid } from "../../src/encoding/cid.js";
import { readCar } from "../../src/ipld/car/car.js";
import { NodeChain } from "../../src/node/chain/node-chain.js";
import { lotusChains, openLotusChain } from "./lotus-chain.js";
import { read } from "./lotus-recording.js";
import { bundleFile } from "./test-data.js";

export interface LotusNode {
  readonly network: ChainNetwork;
  readonly chain: Chain;
  /** From genesis to the head. */
  readonly tipsets: readonly ChainTipset[];
}

const BUNDLES = ["v17", "v18"].map((version) => `${version}/builtin-actors-testing-fake-proofs.car`);

/** Chains that can be executed: their files and the actors' are there. */
export function executableLotusChains(): string[] {
  return BUNDLES.every((file) => bundleFile(file) !== undefined) ? lotusChains() : [];
}

export async function openLotusNode(name: string): Promise<LotusNode> {
  const { store } = openLotusChain(name);
  await store.putMany(BUNDLES.flatMap((file) => readCar(readFileSync(bundleFile(file) as string)).blocks));
  const chain = new Chain(store);
  const file = read(name, "network.json") as { readonly head: { readonly cids: readonly string[] } };
  const tipsets: ChainTipset[] = [];
  const head = await chain.tipset(file.head.cids.map(parseCid));
  for (let at: ChainTipset | undefined = head; at !== undefined; at = await chain.parent(at))
    tipsets.push(at);
  return { network: readChainNetwork(file), chain: new Chain(store), tipsets: tipsets.reverse() };
}

/** The chain as it was when the node was asked. */
export async function recordedNodeChain(name: string): Promise<NodeChain> {
  const { network, chain } = await openLotusNode(name);
  const file = read(name, "network.json") as { readonly recordedHead: { readonly cids: readonly string[] } };
  return NodeChain.open({
    network,
    blockstore: chain.blockstore,
    head: file.recordedHead.cids.map(parseCid),
  });
}
