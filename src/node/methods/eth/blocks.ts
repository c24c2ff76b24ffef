/** `eth_getBlock*`: tipsets as blocks. */
import * as v from "valibot";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { quantity } from "../../../inspect/tracers/hex.js";
import { NoSuchBlock, tipsetOfBlock, tipsetOfHash, tipsetOfNumber } from "../../eth/block-tipset.js";
import { blockNumberParam, blockParam, flagParam, hashParam } from "../../eth/json.js";
import type { Node } from "../../node.js";
import { methodsOf, required } from "../../rpc/method.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();

/** A block that there is not is an error of Lotus's, and null for clients. */
async function orNull<T>(lotus: boolean, find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (!lotus && error instanceof NoSuchBlock) return null;
    throw error;
  }
}

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
    call: ({ node: { chain, eth }, signal, lotus }, block, full) =>
      orNull(lotus, async () =>
        eth.block(await tipsetOfNumber(chain, block, "refused", { signal }), full, { signal }),
      ),
  }),
  method({
    name: "eth_getBlockByHash",
    aliases: ["Filecoin.EthGetBlockByHash"],
    summary: "A block by its hash.",
    params: [required("hash", hashParam), required("full", flagParam)],
    result: v.nullable(answers.block),
    call: ({ node: { chain, eth }, signal, lotus }, hash, full) =>
      orNull(lotus, async () => eth.block(await tipsetOfHash(chain, hash, { signal }), full, { signal })),
  }),
  method({
    name: "eth_getBlockTransactionCountByNumber",
    aliases: ["Filecoin.EthGetBlockTransactionCountByNumber"],
    summary: "Number of a block's transactions.",
    params: [required("block", blockNumberParam)],
    result: v.nullable(answers.quantity),
    call: ({ node, signal, lotus }, block) =>
      orNull(lotus, async () =>
        countOf(node, await tipsetOfNumber(node.chain, block, "refused", { signal }), { signal }),
      ),
  }),
  method({
    name: "eth_getBlockTransactionCountByHash",
    aliases: ["Filecoin.EthGetBlockTransactionCountByHash"],
    summary: "Number of a block's transactions.",
    params: [required("hash", hashParam)],
    result: v.nullable(answers.quantity),
    call: ({ node, signal, lotus }, hash) =>
      orNull(lotus, async () => countOf(node, await tipsetOfHash(node.chain, hash, { signal }), { signal })),
  }),
  method({
    name: "eth_getBlockReceipts",
    aliases: ["Filecoin.EthGetBlockReceipts"],
    summary: "Receipts of all transactions of a block.",
    params: [required("block", blockParam)],
    result: v.nullable(v.array(answers.receipt)),
    call: ({ node: { chain, eth }, signal, lotus }, block) =>
      orNull(lotus, async () => {
        const tipset = await tipsetOfBlock(chain, block, "refused", { signal });
        return (await eth.tipset(tipset, { signal })).receipts;
      }),
  }),
];
