import * as v from "valibot";
import { ethTransactionBytes, ethTransactionOf } from "../../../chain/signatures/eth-transaction.js";
import { hexOf } from "../../../inspect/tracers/hex.js";
import { transactionHash } from "../../eth/transaction.js";
import type { Node } from "../../node.js";
import { failed } from "../../rpc/errors.js";
import { type CallContext, type Method, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { devMethod } from "./declare.js";
import { signedTransaction, transactionRequest } from "./transaction-request.js";

const hash = named(v.string(), { name: "TransactionHash", go: "ethtypes.EthHash" });

/** Transactions of the node's own accounts, and of those who are impersonated. */
export const sendingMethods: readonly Method<Node>[] = [
  devMethod({
    name: "eth_sendTransaction",
    summary:
      "Signs and sends a transaction of one of the node's accounts, or of somebody who is impersonated.",
    params: [required("transaction", transactionRequest)],
    result: hash,
    call: (dev, [request], context) => sent(signedTransaction(dev, request, context), context),
  }),
  devMethod({
    name: "eth_sendUnsignedTransaction",
    summary: "Sends a transaction of any sender, as if that were impersonated.",
    params: [required("transaction", transactionRequest)],
    result: hash,
    call: (dev, [request], context) =>
      sent(
        signedTransaction(dev, request, context, () => true),
        context,
      ),
  }),
  devMethod({
    name: "eth_signTransaction",
    summary:
      "Signs a transaction of one of the node's accounts. Answers its bytes, for eth_sendRawTransaction.",
    params: [required("transaction", transactionRequest)],
    result: named(v.string(), { name: "RawTransaction", go: "ethtypes.EthBytes" }),
    call: async (dev, [request], context) => {
      const { signed, authority } = await signedTransaction(dev, request, context);
      if (authority !== "sender") throw failed("nobody has the key of somebody who is impersonated");
      const { chainId } = context.node.chain.network;
      return hexOf(ethTransactionBytes(ethTransactionOf(signed, chainId), chainId));
    },
  }),
];

/** Puts a transaction into the pool. @returns its hash */
async function sent(
  made: ReturnType<typeof signedTransaction>,
  { node: { pool, chain } }: CallContext<Node>,
): Promise<string> {
  const { signed, authority } = await made;
  const cid = await pool.push(signed, authority);
  return transactionHash({ cid, message: signed.message, signed }, chain.network.chainId);
}
