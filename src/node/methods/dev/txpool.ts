import * as v from "valibot";
import { filecoinToEth } from "../../../builtin/evm/index.js";
import type { SignedMessage } from "../../../chain/types/signed-message.js";
import { signedMessageCid } from "../../../chain/types/signed-message.js";
import { quantity } from "../../../inspect/tracers/hex.js";
import { hashParam } from "../../eth/json.js";
import {
  ethereumTransaction,
  PENDING_PLACE,
  type TransactionJson,
  transactionHash,
} from "../../eth/transaction.js";
import type { Node } from "../../node.js";
import { type Method, methodsOf, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";
import { devMethod, pair } from "./declare.js";
import { anyAddress } from "./params.js";

const method = methodsOf<Node>();
const object = named(v.looseObject({}), { go: "map[string]interface {}" });

/** Transactions that wait: those that the next block could have, and those that it could not. */
export const txpoolMethods: readonly Method<Node>[] = [
  method({
    name: "txpool_status",
    summary: "Numbers of messages that are ready, and that wait for others.",
    params: [],
    result: object,
    ours: true,
    call: async ({ node }) => {
      const { ready, waiting } = await sorted(node);
      return { pending: quantity(ready.length), queued: quantity(waiting.length) };
    },
  }),
  method({
    name: "txpool_content",
    summary: "Transactions that wait, by sender and nonce.",
    params: [],
    result: object,
    ours: true,
    call: async ({ node }) => listed(node, (transaction) => transaction),
  }),
  method({
    name: "txpool_inspect",
    summary: "Transactions that wait, by sender and nonce, each in a line.",
    params: [],
    result: object,
    ours: true,
    call: async ({ node }) => listed(node, summary),
  }),
  ...pair("dropTransaction", {
    summary:
      "Takes a transaction away that waits. Hardhat's answers whether it was there, anvil's the hash or null.",
    params: [required("hash", hashParam)],
    result: named(v.nullable(v.union([v.boolean(), v.string()])), { go: "interface {}" }),
    call: async (dev, [hash], prefix, { node: { pool, chain } }) => {
      const found = pool.pending().find((signed) => hashOf(signed, chain.network.chainId) === hash);
      const isDropped = found !== undefined && pool.remove(signedMessageCid(found));
      await dev.keepPool();
      if (prefix === "hardhat") return isDropped;
      return isDropped ? hash : null;
    },
  }),
  devMethod({
    name: "anvil_removePoolTransactions",
    summary: "Takes all transactions of a sender away that wait.",
    params: [required("sender", anyAddress)],
    result: named(v.null(), { go: "interface {}" }),
    call: async (dev, [sender], { node: { pool } }) => {
      for (const signed of pool.pending(sender)) pool.remove(signedMessageCid(signed));
      await dev.keepPool();
      return null;
    },
  }),
  ...pair("dropAllTransactions", {
    summary: "Takes all transactions away that wait.",
    params: [],
    call: (dev, _, __, { node: { pool } }) => {
      pool.clear();
      return dev.keepPool();
    },
  }),
];

async function sorted({ pool, chain, dev }: Node) {
  const baseFee = await (dev?.nextBaseFee() ?? Promise.resolve(chain.head.headers[0]?.parentBaseFee ?? 0n));
  return pool.sorted(baseFee);
}

async function listed<T>(node: Node, show: (transaction: TransactionJson) => T) {
  const { ready, waiting } = await sorted(node);
  const { chainId } = node.chain.network;
  return { pending: bySender(ready, chainId, show), queued: bySender(waiting, chainId, show) };
}

/** Messages of Ethereum's accounts: the others are no transactions. */
function bySender<T>(
  messages: readonly SignedMessage[],
  chainId: number,
  show: (transaction: TransactionJson) => T,
): Record<string, Record<string, T>> {
  const senders = new Map<string, [nonce: string, shown: T][]>();
  for (const signed of messages) {
    if (signed.signature.type !== "delegated") continue;
    const from = filecoinToEth(signed.message.from) as string;
    const own = senders.get(from) ?? [];
    own.push([`${signed.message.nonce}`, show(ethereumTransaction(signed, PENDING_PLACE, chainId))]);
    senders.set(from, own);
  }
  return Object.fromEntries(Array.from(senders, ([from, own]) => [from, Object.fromEntries(own)]));
}

function summary({ to, value, gas, maxFeePerGas, gasPrice }: TransactionJson): string {
  const price = BigInt(maxFeePerGas ?? gasPrice ?? "0x0");
  return `${to ?? "contract creation"}: ${BigInt(value)} wei + ${BigInt(gas)} gas × ${price} wei`;
}

function hashOf(signed: SignedMessage, chainId: number): string {
  return transactionHash({ cid: signedMessageCid(signed), message: signed.message, signed }, chainId);
}
