import * as v from "valibot";
import { firstHeader } from "../../../chain/history/chain-tipset.js";
import { hexOf, quantity } from "../../../inspect/tracers/hex.js";
import { BLOCK_GAS_LIMIT } from "../../../message/gas.js";
import type { NodeChain } from "../../chain/node-chain.js";
import type { Fork } from "../../dev/fork/fork-store.js";
import { timestampOf } from "../../dev/producer.js";
import { blockHash } from "../../eth/hashes.js";
import type { Node } from "../../node.js";
import { type Method, methodsOf } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { devMethod } from "./declare.js";

const object = named(v.looseObject({}), { go: "map[string]interface {}" });
const method = methodsOf<Node>();

/** By which tools recognise a development node. */
export const infoMethods: readonly Method<Node>[] = [
  devMethod({
    name: "hardhat_metadata",
    aliases: ["anvil_metadata"],
    summary: "The node, its chain and the latest block.",
    params: [],
    result: object,
    call: async (dev, _, { node: { chain, settings } }) => ({
      clientVersion: settings.clientVersion,
      chainId: chain.network.chainId,
      instanceId: hexOf(dev.instance),
      latestBlockNumber: dev.latest.epoch,
      latestBlockHash: blockHash(dev.latest.key),
      ...(dev.fork !== undefined && { forkedNetwork: await forkedNetwork(chain, dev.fork) }),
    }),
  }),
  devMethod({
    name: "anvil_nodeInfo",
    summary: "The latest block, and the network's settings.",
    params: [],
    result: object,
    call: async (dev, _, { node: { chain } }) => ({
      currentBlockNumber: quantity(dev.latest.epoch),
      currentBlockTimestamp: timestampOf(dev.latest),
      currentBlockHash: blockHash(dev.latest.key),
      hardFork: "osaka",
      transactionOrder: "fees",
      environment: {
        baseFee: quantity(firstHeader(dev.latest).parentBaseFee),
        chainId: chain.network.chainId,
        gasLimit: quantity(BLOCK_GAS_LIMIT),
        gasPrice: quantity(await dev.nextBaseFee()),
      },
      forkConfig: {
        forkUrl: dev.fork?.url ?? null,
        forkBlockNumber: dev.fork?.epoch ?? null,
        forkRetryBackoff: null,
      },
    }),
  }),
  method({
    name: "eth_requestAccounts",
    summary: "Ethereum's accounts of the node.",
    params: [],
    result: named(v.array(v.string()), { go: "[]ethtypes.EthAddress" }),
    ours: true,
    call: ({ node: { dev } }) => dev?.accounts ?? [],
  }),
];

/** The chain that a fork goes on from, as Hardhat tells of it. */
async function forkedNetwork(chain: NodeChain, { epoch }: Fork): Promise<object> {
  const last = await chain.tipsetAt(epoch ?? 0, "before");
  return {
    chainId: chain.network.chainId,
    forkBlockNumber: epoch,
    forkBlockHash: last && blockHash(last.key),
  };
}
