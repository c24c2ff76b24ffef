import * as v from "valibot";
import { firstHeader } from "../../../chain/history/chain-tipset.js";
import { FvmError } from "../../../errors.js";
import { hexOf, quantity } from "../../../inspect/tracers/hex.js";
import { BLOCK_GAS_LIMIT } from "../../../message/gas.js";
import { timestampOf } from "../../dev/producer.js";
import { blockHash } from "../../eth/hashes.js";
import type { Node } from "../../node.js";
import { type Method, methodsOf, optional } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { devMethod, pair } from "./declare.js";

const object = named(v.looseObject({}), { go: "map[string]interface {}" });
const method = methodsOf<Node>();

/** By which tools recognise a development node, and beginning anew. */
export const infoMethods: readonly Method<Node>[] = [
  devMethod({
    name: "hardhat_metadata",
    aliases: ["anvil_metadata"],
    summary: "The node, its chain and the latest block.",
    params: [],
    result: object,
    call: (dev, _, { node: { chain, settings } }) => ({
      clientVersion: settings.clientVersion,
      chainId: chain.network.chainId,
      instanceId: hexOf(dev.instance),
      latestBlockNumber: dev.latest.epoch,
      latestBlockHash: blockHash(dev.latest.key),
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
      forkConfig: { forkUrl: null, forkBlockNumber: null, forkRetryBackoff: null },
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
  ...pair("reset", {
    summary: "Goes back to where the node began. What waits, snapshots and impersonations are gone, too.",
    params: [optional("options", object)],
    call: async (dev, [options]) => {
      if (options !== undefined && Object.hasOwn(options, "forking")) {
        const reason = "the chain that a node goes on from is chosen when it is started";
        throw new FvmError("INVALID_OPTION", { option: "forking", reason });
      }
      await dev.reset();
    },
  }),
];
