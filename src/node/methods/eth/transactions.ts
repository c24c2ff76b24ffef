/** Transactions and receipts. */
import * as v from "valibot";
import { keccak } from "../../../chain/signatures/eth-sender.js";
import { hexOf } from "../../../inspect/tracers/hex.js";
import { tipsetOfHash } from "../../eth/block-tipset.js";
import { blockNumberParam, cidParam, dataParam, hashParam, quantity64 } from "../../eth/json.js";
import { parseRawTransaction } from "../../eth/raw-transaction.js";
import type { Node } from "../../node.js";
import { methodsOf, required } from "../../rpc/method.js";
import { nullable } from "../../rpc/schema.js";
import { limitOf, lookback, orNull } from "./parameters.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();
const index = required("index", quantity64);

export const transactionMethods = [
  method({
    name: "eth_sendRawTransaction",
    aliases: ["Filecoin.EthSendRawTransaction", "Filecoin.EthSendRawTransactionUntrusted"],
    summary: "Puts a signed transaction into the message pool. Returns its hash.",
    params: [required("transaction", dataParam)],
    result: answers.hash,
    call: async ({ node: { chain, pool } }, raw) => {
      const signed = parseRawTransaction(raw, chain.network.chainId);
      const hash = hexOf(keccak(raw));
      await pool.push(signed, "sender", hash);
      return hash;
    },
  }),
  method({
    name: "eth_getTransactionByHash",
    aliases: ["Filecoin.EthGetTransactionByHash"],
    summary: "A transaction of the chain or of the message pool; null: it is not known.",
    params: [required("hash", nullable(hashParam))],
    result: v.nullable(answers.transaction),
    call: async ({ node: { eth }, signal }, hash) =>
      hash === undefined ? null : eth.transaction(hash, undefined, { signal }),
  }),
  method({
    name: "Filecoin.EthGetTransactionByHashLimited",
    summary: "As eth_getTransactionByHash, among so many epochs below the head.",
    params: [required("hash", nullable(hashParam)), lookback],
    result: v.nullable(answers.transaction),
    call: async ({ node: { eth }, signal }, hash, lookback) =>
      hash === undefined ? null : eth.transaction(hash, limitOf(lookback), { signal }),
  }),
  method({
    name: "eth_getTransactionReceipt",
    aliases: ["Filecoin.EthGetTransactionReceipt"],
    summary: "What became of a transaction; null: it has not been executed.",
    params: [required("hash", hashParam)],
    result: v.nullable(answers.receipt),
    call: async ({ node: { eth }, signal }, hash) => eth.receipt(hash, undefined, { signal }),
  }),
  method({
    name: "Filecoin.EthGetTransactionReceiptLimited",
    summary: "As eth_getTransactionReceipt, among so many epochs below the head.",
    params: [required("hash", hashParam), lookback],
    result: v.nullable(answers.receipt),
    call: async ({ node: { eth }, signal }, hash, lookback) =>
      eth.receipt(hash, limitOf(lookback), { signal }),
  }),
  method({
    name: "eth_getTransactionByBlockHashAndIndex",
    aliases: ["Filecoin.EthGetTransactionByBlockHashAndIndex"],
    summary: "A transaction by its place in a block.",
    params: [required("hash", hashParam), index],
    result: v.nullable(answers.transaction),
    call: async ({ node: { chain, eth }, lotus, signal }, hash, index) =>
      orNull(lotus, async () =>
        eth.transactionAt(await tipsetOfHash(chain, hash, { signal }), index, { signal }),
      ),
  }),
  method({
    name: "eth_getTransactionByBlockNumberAndIndex",
    aliases: ["Filecoin.EthGetTransactionByBlockNumberAndIndex"],
    summary: "A transaction by its place in a block.",
    params: [required("block", blockNumberParam), index],
    result: v.nullable(answers.transaction),
    call: async ({ node: { eth }, lotus, signal }, block, index) =>
      orNull(lotus, async () =>
        eth.transactionAt(await eth.tipsetOf(block, "refused", { signal }), index, { signal }),
      ),
  }),
  method({
    name: "Filecoin.EthGetMessageCidByTransactionHash",
    summary: "CID of the message that a transaction is; null: it is not known.",
    params: [required("hash", nullable(hashParam))],
    result: v.nullable(answers.messageCid),
    call: async ({ node: { eth }, signal }, hash) =>
      hash === undefined ? null : eth.messageCid(hash, { signal }),
  }),
  method({
    name: "Filecoin.EthGetTransactionHashByCid",
    summary: "The hash of the transaction that a message is; null: there is no such message.",
    params: [required("cid", cidParam)],
    result: v.nullable(answers.hash),
    call: async ({ node: { eth }, signal }, cid) => eth.hashOf(cid, { signal }),
  }),
];
