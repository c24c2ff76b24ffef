/** `eth_getBlock*`: tipsets as blocks. */
import * as v from "valibot";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { cidText } from "../../../encoding/cid.js";
import { quantity } from "../../../inspect/tracers/hex.js";
import { tipsetOfHash } from "../../eth/block-tipset.js";
import { blockNumberParam, blockParam, flagParam, hashParam } from "../../eth/json.js";
import type { Node } from "../../node.js";
import { failed } from "../../rpc/errors.js";
import { methodsOf, required } from "../../rpc/method.js";
import { limitOf, lookback, orNull } from "./parameters.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();

async function countOf({ chain }: Node, tipset: ChainTipset, options: ChainReadOptions): Promise<string> {
  return quantity((await chain.messages(tipset, options)).length);
}

export const blockMethods = [
  method({
    name: "eth_blockNumber",
    aliases: ["Filecoin.EthBlockNumber"],
    summary: "Epoch of the newest tipset that has been executed: the head's parent.",
    params: [],
    result: answers.quantity,
    call: async ({ node: { chain }, signal }) => {
      const parent = await chain.chain.parent(chain.head, { signal });
      return quantity(parent?.epoch ?? 0);
    },
  }),
  method({
    name: "eth_getBlockByNumber",
    aliases: ["Filecoin.EthGetBlockByNumber"],
    summary: "A block by tag or number.",
    params: [required("block", blockNumberParam), required("full", flagParam)],
    result: v.nullable(answers.block),
    call: async ({ node: { eth }, lotus, signal }, block, full) =>
      orNull(lotus, async () =>
        eth.block(await eth.tipsetOf(block, "refused", { signal }), full, { signal }),
      ),
  }),
  method({
    name: "eth_getBlockByHash",
    aliases: ["Filecoin.EthGetBlockByHash"],
    summary: "A block by its hash.",
    params: [required("hash", hashParam), required("full", flagParam)],
    result: v.nullable(answers.block),
    call: async ({ node: { chain, eth }, lotus, signal }, hash, full) =>
      orNull(lotus, async () => eth.block(await tipsetOfHash(chain, hash, { signal }), full, { signal })),
  }),
  method({
    name: "eth_getBlockTransactionCountByNumber",
    aliases: ["Filecoin.EthGetBlockTransactionCountByNumber"],
    summary: "Number of a block's transactions.",
    params: [required("block", blockNumberParam)],
    result: v.nullable(answers.quantity),
    call: async ({ node, lotus, signal }, block) =>
      orNull(lotus, async () =>
        countOf(node, await node.eth.tipsetOf(block, "refused", { signal }), { signal }),
      ),
  }),
  method({
    name: "eth_getBlockTransactionCountByHash",
    aliases: ["Filecoin.EthGetBlockTransactionCountByHash"],
    summary: "Number of a block's transactions.",
    params: [required("hash", hashParam)],
    result: v.nullable(answers.quantity),
    call: async ({ node, lotus, signal }, hash) =>
      orNull(lotus, async () => countOf(node, await tipsetOfHash(node.chain, hash, { signal }), { signal })),
  }),
  method({
    name: "eth_getBlockReceipts",
    aliases: ["Filecoin.EthGetBlockReceipts"],
    summary: "Receipts of all transactions of a block.",
    params: [required("block", blockParam)],
    result: v.nullable(v.array(answers.receipt)),
    call: async ({ node: { eth }, lotus, signal }, block) =>
      orNull(lotus, async () => {
        const tipset = await eth.tipsetOf(block, "refused", { signal });
        return (await eth.tipset(tipset, { signal })).receipts;
      }),
  }),
  method({
    name: "Filecoin.EthGetBlockReceiptsLimited",
    summary: "As eth_getBlockReceipts, of a block among so many epochs below the head.",
    params: [required("block", blockParam), lookback],
    result: v.nullable(v.array(answers.receipt)),
    call: async ({ node: { eth, chain }, lotus, signal }, block, epochs) =>
      orNull(lotus, async () => {
        const tipset = await eth.tipsetOf(block, "refused", { signal });
        const limit = limitOf(epochs);
        if (limit !== undefined && tipset.epoch < chain.head.epoch - limit) {
          const key = tipset.key.map(cidText).join(",");
          throw failed(`tipset {${key}} is older than the allowed lookback limit`);
        }
        return (await eth.tipset(tipset, { signal })).receipts;
      }),
  }),
];
