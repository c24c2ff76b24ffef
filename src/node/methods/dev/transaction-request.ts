import * as v from "valibot";
import type { Address } from "../../../address/address.js";
import { formatAddress } from "../../../address/text.js";
import { ethToFilecoin, filecoinToEth } from "../../../builtin/evm/index.js";
import type { SignedMessage } from "../../../chain/types/signed-message.js";
import type { Message } from "../../../message/message.js";
import { u64 } from "../../../util/u64.js";
import type { DevNode } from "../../dev/dev-node.js";
import { type Invocation, unpaidMessage } from "../../eth/call-object.js";
import { addressParam, dataParam } from "../../eth/json.js";
import type { Node } from "../../node.js";
import type { Authority } from "../../pool/sender-queue.js";
import { failed } from "../../rpc/errors.js";
import type { CallContext } from "../../rpc/method.js";
import { named, type Schema } from "../../rpc/schema.js";
import { amount, anyAddress, count } from "./params.js";

/** A transaction to sign and send. What is left out is filled in. */
export interface TransactionRequest extends Invocation {
  readonly from?: Address | null | undefined;
  readonly gas?: number | null | undefined;
  readonly gasPrice?: bigint | null | undefined;
  readonly maxFeePerGas?: bigint | null | undefined;
  readonly maxPriorityFeePerGas?: bigint | null | undefined;
  readonly nonce?: number | null | undefined;
}

export const transactionRequest: Schema<TransactionRequest> = named(
  v.object({
    from: v.nullish(anyAddress),
    to: v.nullish(addressParam),
    gas: v.nullish(count),
    gasPrice: v.nullish(amount),
    maxFeePerGas: v.nullish(amount),
    maxPriorityFeePerGas: v.nullish(amount),
    value: v.nullish(amount),
    nonce: v.nullish(count),
    data: v.nullish(dataParam),
    input: v.nullish(dataParam),
  }),
  { name: "TransactionRequest", go: "ethtypes.EthTx" },
);

/** As the state is; who pays is the sender. */
const NO_CHANGES = { setting: {}, isFree: false } as const;
/** Nonces of unsigned messages, which count for nothing, begin here in each epoch: a block has no more messages. */
const NONCES_OF_EPOCH = 10_000;

/**
 * A transaction with all that it lacks, signed by its sender or marked as nobody's.
 *
 * @param isFor whether the node sends for this sender. Default: those of whom it has the key, or who are impersonated
 * @throws RpcError for another sender; as `EthCalls.estimate`
 */
export async function signedTransaction(
  dev: DevNode,
  request: TransactionRequest,
  context: CallContext<Node>,
  isFor: (from: Address) => boolean = (from) => dev.sendsFor(from),
): Promise<{ readonly signed: SignedMessage; readonly authority: Authority }> {
  const { node, signal } = context;
  const from = senderOf(dev, request, context, isFor);
  const authority = dev.keyOf(from) !== undefined ? "sender" : (await dev.isMute(from)) ? "actor" : "account";
  const call = unpaidMessage(from, request);
  const message = {
    ...call,
    gasLimit: request.gas ?? (await node.eth.calls.estimate(call, node.chain.head, NO_CHANGES, { signal })),
    ...(authority === "actor"
      ? { nonce: unsignedNonce(dev, from, context), gasFeeCap: 0n, gasPremium: 0n }
      : { nonce: await nonceOf(from, request, context), ...(await feesOf(dev, request, context)) }),
  };
  return { signed: dev.signed(message), authority };
}

/** Throws `RpcError` for a sender whom the node does not send for. */
export function senderOf(
  dev: DevNode,
  request: TransactionRequest,
  { node }: CallContext<Node>,
  isFor: (from: Address) => boolean = (from) => dev.sendsFor(from),
): Address {
  const from = request.from ?? firstAccount(dev);
  if (isFor(from)) return from;
  const name = filecoinToEth(from) ?? formatAddress(from, node.chain.network.letter);
  throw failed(`unknown account ${name}: it is neither the node's nor impersonated`);
}

function firstAccount(dev: DevNode): Address {
  const [account] = dev.accounts;
  if (account === undefined) throw failed("the node has no accounts, and the transaction has no sender");
  return ethToFilecoin(account);
}

async function nonceOf(from: Address, { nonce }: TransactionRequest, { node, signal }: CallContext<Node>) {
  return nonce ?? node.pool.nextNonce(from, { signal });
}

/** After those that wait: a block leaves out what does not follow on the nonce before. */
function unsignedNonce(dev: DevNode, from: Address, { node }: CallContext<Node>) {
  const last = node.pool.pending(from).at(-1);
  return last === undefined ? dev.latest.epoch * NONCES_OF_EPOCH : u64(BigInt(last.message.nonce) + 1n);
}

/** To what a base fee may grow while a transaction waits: after some twenty full blocks, as in Lotus's estimates. */
const BASE_FEE_GROWTH = 10n;
/** attoFIL per gas: what Hardhat offers wherever it is told that nothing is needed. */
const TOKEN_PREMIUM = 1n;

/** Fees as Ethereum's wallets choose them; with whole fees no token premium, for which fees would not be whole. */
export async function feesOf(
  dev: DevNode,
  { gasPrice, maxFeePerGas, maxPriorityFeePerGas }: TransactionRequest,
  { node, signal }: CallContext<Node>,
): Promise<Pick<Message, "gasFeeCap" | "gasPremium">> {
  if (gasPrice != null) return { gasFeeCap: gasPrice, gasPremium: gasPrice };
  const isToken = node.settings.wholeFees === true && maxPriorityFeePerGas === TOKEN_PREMIUM;
  const offered = isToken ? null : maxPriorityFeePerGas;
  const proposed = offered ?? (await node.eth.proposals.premium(node.chain, { signal }));
  const gasFeeCap = maxFeePerGas ?? BASE_FEE_GROWTH * (await dev.nextBaseFee()) + proposed;
  const isProposalTooHigh = offered == null && proposed > gasFeeCap;
  return { gasFeeCap, gasPremium: isProposalTooHigh ? gasFeeCap : proposed };
}
