/** Methods that nodes of Ethereum have and Lotus does not, as far as Filecoin has something to answer. */
import * as v from "valibot";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { keccak } from "../../../chain/signatures/eth-sender.js";
import { ethTransactionBytes, ethTransactionOf } from "../../../chain/signatures/eth-transaction.js";
import { parseCid } from "../../../encoding/cid.js";
import { hexOf, quantity } from "../../../inspect/tracers/hex.js";
import { unlessAborted } from "../../../util/waits.js";
import { nextChange } from "../../chain/next-change.js";
import { tipsetOfHash } from "../../eth/block-tipset.js";
import { blockNumberParam, dataParam, type EthHash, hashParam, quantity64 } from "../../eth/json.js";
import { parseRawTransaction } from "../../eth/raw-transaction.js";
import type { ReceiptJson } from "../../eth/receipt.js";
import type { Node } from "../../node.js";
import { RpcError, rpcCode } from "../../rpc/errors.js";
import { type CallContext, methodsOf, optional, required } from "../../rpc/method.js";
import { orNull } from "./parameters.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();
const index = required("index", quantity64);
const raw = v.nullable(answers.data);
/** Milliseconds that a transaction is waited for, if nothing is said, and at most. Source: EIP-7966. */
const USUAL_WAIT = 20_000n;
const LONGEST_WAIT = 120_000n;

export const besideMethods = [
  method({
    name: "web3_sha3",
    summary: "Keccak-256 of bytes.",
    params: [required("data", dataParam)],
    result: answers.hash,
    ours: true,
    call: (_, data) => hexOf(keccak(data)),
  }),
  method({
    name: "eth_getRawTransactionByHash",
    aliases: ["debug_getRawTransaction"],
    summary: "A transaction as it was signed; null: it is not known, or a message of Filecoin's accounts.",
    params: [required("hash", hashParam)],
    result: raw,
    ours: true,
    call: rawTransaction,
  }),
  method({
    name: "eth_getRawTransactionByBlockHashAndIndex",
    summary: "The same by its place in a block.",
    params: [required("hash", hashParam), index],
    result: raw,
    ours: true,
    call: (context, hash, place) =>
      rawTransactionAt(context, () => tipsetOfHash(context.node.chain, hash, context), place),
  }),
  method({
    name: "eth_getRawTransactionByBlockNumberAndIndex",
    summary: "The same by its place in a block.",
    params: [required("block", blockNumberParam), index],
    result: raw,
    ours: true,
    call: (context, block, place) =>
      rawTransactionAt(context, () => context.node.eth.tipsetOf(block, "refused", context), place),
  }),
  method({
    name: "eth_sendRawTransactionSync",
    summary: "Puts a signed transaction into the message pool, and answers its receipt once there is one.",
    params: [required("transaction", dataParam), optional("milliseconds", quantity64)],
    result: answers.receipt,
    ours: true,
    call: async (context, bytes, milliseconds = USUAL_WAIT) => {
      const { pool, chain } = context.node;
      await pool.push(parseRawTransaction(bytes, chain.network.chainId));
      return receiptOf(context, hexOf(keccak(bytes)), milliseconds);
    },
  }),
  ...(["Hash", "Number"] as const).flatMap((by) => {
    const block = required("block", by === "Hash" ? hashParam : blockNumberParam);
    return [
      method({
        name: `eth_getUncleCountByBlock${by}`,
        summary: "Zero: tipsets have no uncles.",
        params: [block],
        result: answers.quantity,
        ours: true,
        call: () => quantity(0),
      }),
      method({
        name: `eth_getUncleByBlock${by}AndIndex`,
        summary: "Null: tipsets have no uncles.",
        params: [block, index],
        result: v.null(),
        ours: true,
        call: () => null,
      }),
    ];
  }),
];

async function rawTransaction(
  { node: { chain, eth, pool }, signal }: CallContext<Node>,
  hash: EthHash,
): Promise<string | null> {
  const known = await eth.messageCid(hash, { signal });
  if (known === null) return null;
  const cid = parseCid(known["/"]);
  const signed = pool.get(cid) ?? (await chain.find(cid, { signal }))?.message.signed;
  if (signed?.signature.type !== "delegated") return null;
  const { chainId } = chain.network;
  return hexOf(ethTransactionBytes(ethTransactionOf(signed, chainId), chainId));
}

/** The same of a transaction in a block; null: there is no such block or transaction. */
function rawTransactionAt(
  context: CallContext<Node>,
  find: () => Promise<ChainTipset>,
  place: bigint,
): Promise<string | null> {
  return orNull(false, async () => {
    const { hash } = await context.node.eth.transactionAt(await find(), place, context);
    return rawTransaction(context, hash);
  });
}

/** Waits for a receipt. Throws `RpcError` with the hash as its data if there is none in time; the signal's reason. */
async function receiptOf(
  { node: { chain, eth }, signal }: CallContext<Node>,
  hash: EthHash,
  milliseconds: bigint,
): Promise<ReceiptJson> {
  const most = milliseconds < LONGEST_WAIT ? milliseconds : LONGEST_WAIT;
  const time = AbortSignal.timeout(Number(most));
  for (;;) {
    const change = nextChange(chain);
    try {
      const receipt = await eth.receipt(hash, undefined, { signal });
      if (receipt !== null) return receipt;
      await unlessAborted(change.promise, AbortSignal.any([signal, time]));
    } catch (error) {
      if (!time.aborted || signal.aborted) throw error;
      throw new RpcError(rpcCode.notInTime, `no receipt of ${hash} within ${most} ms`, hash);
    } finally {
      change.forget();
    }
  }
}
