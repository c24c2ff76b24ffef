/** Transactions in Ethereum's JSON. Source: Lotus node/impl/eth/utils.go, chain/types/ethtypes/eth_transactions.go. */
import type { Address } from "../../address/address.js";
import { type EthAddress, filecoinToEth } from "../../builtin/evm/index.js";
import type { EthTransaction } from "../../chain/signatures/eth-transaction.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import { CBOR } from "../../encoding/codecs.js";
import type { Hex } from "../../inspect/tracers/hex.js";
import { hexOf, quantity } from "../../inspect/tracers/hex.js";
import { EAM, EamMethod, EvmMethod } from "../../inspect/tracers/methods.js";
import { nativeInput, payloadOf } from "../../inspect/tracers/payload.js";
import type { Message } from "../../message/message.js";
import type { U64 } from "../../util/u64.js";
import { transactionOf } from "../chain/message-names.js";
import type { TipsetMessage } from "../chain/tipset-messages.js";
import { hashOfCid } from "./hashes.js";
import type { EthHash } from "./json.js";

/** Where a transaction is: in which block, at which place. Null: in none yet. */
export interface TransactionPlace {
  readonly blockHash: EthHash | null;
  readonly blockNumber: Hex | null;
  readonly transactionIndex: Hex | null;
}

/** A transaction in JSON. What the message of a native account has no counterpart for is 0. */
export interface TransactionJson extends TransactionPlace {
  readonly chainId: Hex;
  readonly nonce: Hex;
  readonly hash: EthHash;
  readonly from: EthAddress;
  readonly to: EthAddress | null;
  readonly value: Hex;
  readonly type: Hex;
  readonly input: Hex;
  /** The gas limit. */
  readonly gas: Hex;
  readonly maxFeePerGas?: Hex;
  readonly maxPriorityFeePerGas?: Hex;
  readonly gasPrice?: Hex;
  readonly accessList: readonly never[] | null;
  readonly v: Hex;
  readonly r: Hex;
  readonly s: Hex;
  /** Not in Lotus. */
  readonly yParity?: Hex;
  /** Not in Lotus; null while it waits. */
  readonly blockTimestamp?: Hex | null;
}

export const PENDING_PLACE: TransactionPlace = { blockHash: null, blockNumber: null, transactionIndex: null };

/** The hash by which Ethereum's clients know a message. Throws `FvmError` INVALID_MESSAGE if it is none of theirs. */
export function transactionHash({ cid, signed }: TipsetMessage, chainId: U64): EthHash {
  return signed?.signature.type === "delegated"
    ? transactionOf(signed, chainId).hash
    : (hashOfCid(cid) as EthHash);
}

/** The transaction that a message with a delegated signature is. Throws `FvmError` INVALID_MESSAGE. */
export function ethereumTransaction(
  signed: SignedMessage,
  place: TransactionPlace,
  chainId: U64,
): TransactionJson {
  const { transaction, hash } = transactionOf(signed, chainId);
  const { kind, nonce, to, value, input, gasLimit, signature } = transaction;
  return {
    chainId: quantity(kind === "homestead" ? 0 : chainId),
    nonce: quantity(nonce),
    hash,
    ...place,
    from: filecoinToEth(signed.message.from) as EthAddress,
    to: to ?? null,
    value: quantity(value),
    type: transactionType(transaction),
    input: hexOf(input),
    gas: quantity(gasLimit),
    ...feesOf(transaction),
    accessList: null,
    v: quantity(signature.v),
    r: quantity(signature.r),
    s: quantity(signature.s),
  };
}

function transactionType({ kind }: Pick<EthTransaction, "kind">): Hex {
  return kind === "eip1559" ? "0x2" : "0x0";
}

function feesOf({ kind, maxFeePerGas, maxPriorityFeePerGas }: EthTransaction) {
  if (kind !== "eip1559") return { gasPrice: quantity(maxFeePerGas) };
  return {
    maxFeePerGas: quantity(maxFeePerGas),
    maxPriorityFeePerGas: quantity(maxPriorityFeePerGas),
  };
}

/**
 * The transaction that a native account's message looks like.
 *
 * @param shown Ethereum's addresses of its sender and its receiver
 */
export function nativeTransaction(
  { cid, message }: TipsetMessage,
  place: TransactionPlace,
  chainId: U64,
  shown: (address: Address) => EthAddress,
): TransactionJson {
  const { gasFeeCap, gasPremium } = message;
  const { input, isCreation } = nativeContent(message);
  return {
    chainId: quantity(chainId),
    nonce: quantity(message.nonce),
    hash: hashOfCid(cid) as EthHash,
    ...place,
    from: shown(message.from),
    to: isCreation ? null : shown(message.to),
    value: quantity(message.value),
    type: "0x2",
    input: hexOf(input),
    gas: quantity(message.gasLimit),
    maxFeePerGas: quantity(gasFeeCap),
    maxPriorityFeePerGas: quantity(gasPremium),
    accessList: [],
    v: "0x0",
    r: "0x0",
    s: "0x0",
  };
}

/** Data for a contract, or a new contract's code; for all else the call as contracts are given such calls. */
function nativeContent({ to, method, params }: Message): { input: Uint8Array; isCreation: boolean } {
  const block = { codec: params.length === 0 ? 0 : CBOR, data: params };
  const isCreation = to === EAM && method === EamMethod.CreateExternal;
  const payload = isCreation || method === EvmMethod.InvokeContract ? payloadOf(block) : undefined;
  return {
    input: payload ?? nativeInput(method, block),
    isCreation: isCreation && payload !== undefined,
  };
}
