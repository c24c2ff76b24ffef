/** Facts about the node and its chain. */

import * as v from "valibot";
import { networkVersionAt } from "../../../chain/networks/upgrades.js";
import { quantity } from "../../../inspect/tracers/hex.js";
import type { Node } from "../../node.js";
import { methodsOf } from "../../rpc/method.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();

export const basicMethods = [
  method({
    name: "eth_chainId",
    aliases: ["Filecoin.EthChainId"],
    summary: "Ethereum's number of the chain.",
    params: [],
    result: answers.quantity,
    call: ({ node: { chain } }) => quantity(chain.network.chainId),
  }),
  method({
    name: "net_version",
    aliases: ["Filecoin.NetVersion"],
    summary: "The same, decimal.",
    params: [],
    result: answers.text,
    call: ({ node: { chain } }) => `${chain.network.chainId}`,
  }),
  method({
    name: "net_listening",
    aliases: ["Filecoin.NetListening"],
    summary: "Always true.",
    params: [],
    result: answers.flag,
    call: () => true,
  }),
  method({
    name: "eth_protocolVersion",
    aliases: ["Filecoin.EthProtocolVersion"],
    summary: "Network version at the head.",
    params: [],
    result: answers.quantity,
    call: ({ node: { chain } }) => quantity(networkVersionAt(chain.network, chain.head.epoch)),
  }),
  method({
    name: "web3_clientVersion",
    aliases: ["Filecoin.Web3ClientVersion"],
    summary: "Name and version of the node.",
    params: [],
    result: answers.text,
    call: ({ node: { settings } }) => settings.clientVersion,
  }),
  method({
    name: "eth_accounts",
    aliases: ["Filecoin.EthAccounts"],
    summary: "Accounts whose keys the node has.",
    params: [],
    result: v.array(answers.address),
    call: ({ node, lotus }) => (lotus ? [] : (node.dev?.accounts ?? [])),
  }),
  method({
    name: "eth_syncing",
    aliases: ["Filecoin.EthSyncing"],
    summary: "False: the node has all that it will have.",
    params: [],
    result: answers.flag,
    call: () => false,
  }),
];
