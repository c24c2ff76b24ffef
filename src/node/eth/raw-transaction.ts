/** Signed transactions as clients send them. Source: Lotus chain/types/ethtypes/eth_transactions.go and its kinds. */
import { ethSenderOf } from "../../chain/signatures/eth-sender.js";
import { type EthTransaction, ethMessageOf } from "../../chain/signatures/eth-transaction.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import { hexOf } from "../../inspect/tracers/hex.js";
import { isU256 } from "../../ipld/u256.js";
import { type U64, u64 } from "../../util/u64.js";
import { failed, RpcError } from "../rpc/errors.js";
import { decodeRlp, type RlpItem } from "./rlp.js";

/** First bytes of transactions: their type, or of a list, the older kinds. */
const EIP_2930 = 0x01;
const EIP_1559 = 0x02;
const LAST_TYPE = 0x7f;
const FIELDS_1559 = 12;
const FIELDS_LEGACY = 9;
const ADDRESS_BYTES = 20;
/** `v` of transactions for any chain. */
const HOMESTEAD_V = [27n, 28n];
/** `v` of transactions for one chain begins here, beside twice its number. */
const EIP_155_V = 35n;

/**
 * The message that a signed transaction is.
 *
 * @param chainId Ethereum's number of the chain
 * @throws RpcError if it is malformed, of a kind that there is not, for another chain, or its signature is none
 */
export function parseRawTransaction(raw: Uint8Array, chainId: U64): SignedMessage {
  const [first] = raw;
  if (first === undefined) throw failed("empty data");
  if (first === EIP_2930) throw failed("EIP-2930 transaction is not supported");
  if (first === EIP_1559) return toMessage(dynamicFee(raw), chainId);
  if (first <= LAST_TYPE) throw failed("unsupported transaction type");
  return toMessage(
    { ...naming("failed to parse legacy transaction", () => legacy(raw, chainId)), chainId },
    chainId,
  );
}

interface Parsed {
  readonly transaction: EthTransaction;
  /** The chain that it is for. */
  readonly chainId: U64;
}

function dynamicFee(raw: Uint8Array): Parsed {
  const items = decodeRlp(raw.subarray(1));
  if (!isList(items)) throw failed("not an EIP-1559 transaction: decoded data is not a list");
  if (items.length !== FIELDS_1559) {
    throw failed(`not an EIP-1559 transaction: should have ${FIELDS_1559} elements in the rlp list`);
  }
  const chainId = smallInteger(items[0]);
  const nonce = smallInteger(items[1]);
  const maxPriorityFeePerGas = integer(items[2]);
  const maxFeePerGas = integer(items[3]);
  const gasLimit = smallInteger(items[4]);
  const to = recipient(items[5]);
  const value = integer(items[6]);
  const input = bytes(items[7]);
  const accessList = items[8];
  if (!isList(accessList) || accessList.length > 0) throw failed("access list should be an empty list");
  const [r, s, v] = [integer(items[10]), integer(items[11]), integer(items[9])];
  if (v > 1n) throw failed("EIP-1559 transactions only support 0 or 1 for v");
  const fees = { maxPriorityFeePerGas, maxFeePerGas };
  return {
    transaction: { kind: "eip1559", nonce, ...fees, gasLimit, to, value, input, signature: { v, r, s } },
    chainId,
  };
}

function legacy(raw: Uint8Array, chainId: U64): { readonly transaction: EthTransaction } {
  const items = decodeRlp(raw);
  if (!isList(items)) throw failed("not a Legacy transaction: decoded data is not a list");
  if (items.length !== FIELDS_LEGACY) {
    throw failed(`not a Legacy transaction: should have ${FIELDS_LEGACY} elements in the rlp list`);
  }
  const nonce = smallInteger(items[0]);
  const gasPrice = integer(items[1]);
  const gasLimit = smallInteger(items[2]);
  const to = recipient(items[3]);
  const value = integer(items[4]);
  if (isList(items[5])) throw failed("input is not a byte slice");
  const input = bytes(items[5]);
  const [v, r, s] = [integer(items[6]), integer(items[7]), integer(items[8])];
  const kind = legacyKind(v, chainId);
  const fees = { maxPriorityFeePerGas: gasPrice, maxFeePerGas: gasPrice };
  return { transaction: { kind, nonce, ...fees, gasLimit, to, value, input, signature: { v, r, s } } };
}

function legacyKind(v: bigint, chainId: U64): "homestead" | "eip155" {
  if (HOMESTEAD_V.includes(v)) return "homestead";
  const found = v < 2n ** 64n ? BigInt.asUintN(64, v - EIP_155_V) / 2n : (v - EIP_155_V) / 2n;
  if (found === 0n) {
    throw failed(`legacy homestead transactions only support 27 or 28 for v, got ${v}`);
  }
  if (found === BigInt(chainId)) return "eip155";
  throw failed(`failed to validate EIP155 chain id: invalid chain id, expected ${chainId}, got ${found}`);
}

function toMessage({ transaction, chainId: found }: Parsed, chainId: U64): SignedMessage {
  const { signature, value, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  const words = [signature.r, signature.s, value, maxFeePerGas, maxPriorityFeePerGas];
  if (!words.every(isU256)) throw failed("failed to calculate signature: signature is not 65 bytes");
  const sender = ethSenderOf(transaction, found);
  if (sender === undefined) {
    throw failed("failed to calculate sender: failed to recover pubkey: the signature is none");
  }
  if (BigInt(found) !== BigInt(chainId)) {
    throw failed(`failed to convert to unsigned msg: invalid chain id: ${found}`);
  }
  return ethMessageOf(transaction, sender);
}

function isList(item: RlpItem | undefined): item is readonly RlpItem[] {
  return Array.isArray(item);
}

function bytes(item: RlpItem | undefined): Uint8Array {
  if (item === undefined || isList(item)) {
    throw failed("cannot parse interface into bytes: input is not a byte array");
  }
  return item as Uint8Array;
}

/** A signed number of 64 bits in Lotus, so that the highest are refused here. */
function smallInteger(item: RlpItem | undefined): U64 {
  if (item === undefined || isList(item)) {
    throw failed("cannot parse interface to int: input is not a byte array");
  }
  const data = item as Uint8Array;
  if (data.length > 8) throw failed("cannot parse interface to int: length is more than 8 bytes");
  return u64(numberOf(data));
}

function integer(item: RlpItem | undefined): bigint {
  if (item === undefined || isList(item)) {
    throw failed("cannot parse interface to big.Int: input is not a byte array");
  }
  return numberOf(item as Uint8Array);
}

function recipient(item: RlpItem | undefined): EthTransaction["to"] {
  const data = bytes(item);
  if (data.length === 0) return undefined;
  if (data.length === ADDRESS_BYTES) return hexOf(data);
  throw failed("cannot parse bytes into an EthAddress: incorrect input length");
}

function numberOf(data: Uint8Array): bigint {
  return data.length === 0 ? 0n : BigInt(hexOf(data));
}

function naming<T>(words: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw failed(`${words}: ${error.message}`);
  }
}
