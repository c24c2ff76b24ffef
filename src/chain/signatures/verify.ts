import {
  ADDRESS_PROTOCOL,
  type Address,
  addressPayload,
  addressProtocol,
  checkAddress,
} from "../../address/address.js";
import { type EthAddress, filecoinToEth } from "../../builtin/evm/index.js";
import { cidBytes } from "../../encoding/cid.js";
import { KECCAK_256 } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { isU256 } from "../../ipld/u256.js";
import type { Message } from "../../message/message.js";
import { native } from "../../native/index.js";
import { concatBytes, hex, hexBytes } from "../../util/bytes.js";
import { isArray, isBytes, isObject, isU64, optional } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import { type BlockHeader, headerSigningBytes } from "../types/header.js";
import { isSignature, type Signature } from "../types/signature.js";
import { checkedSigned, messageCid, type SignedMessage } from "../types/signed-message.js";
import {
  checkedTransaction,
  type EthTransaction,
  ethSigningBytes,
  ethTransactionBytes,
  ethTransactionOf,
} from "./eth-transaction.js";

const SECP_SIGNATURE_BYTES = 65;
const BLS_SIGNATURE_BYTES = 96;
const ADDRESS_BYTES = 20;
/** The last byte of a signature from which its key follows. */
const MAX_RECOVERY_ID = 3n;

/**
 * Whether a message's signature is its sender's. Signatures of blocks' aggregates are checked all at once:
 * `verifyAggregate`.
 *
 * @param key the sender's address of a key: f1, f3 or f410. An f0 sender's is found in a state
 * @param chainId Ethereum's number of the chain, which delegated signatures sign
 * @throws FvmError INVALID_ADDRESS, INVALID_OPTION, INVALID_MESSAGE
 */
export function verifyMessage(signed: SignedMessage, key: Address, chainId: U64): boolean {
  const { message, signature } = checkedSigned(signed);
  checkAddress(key);
  checkOption("chainId", chainId, isU64);
  if (signature.type === "delegated") return isSenderOf(signed, key, chainId);
  return verifySignature(signature, key, cidBytes(messageCid(message)));
}

/**
 * Whether a block's signature is that of its miner's worker. Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION.
 *
 * @param worker address of its key: f1 or f3
 */
export function verifyBlock(header: BlockHeader, worker: Address): boolean {
  checkAddress(worker);
  checkOption("header", header, isObject);
  const { blockSignature } = header;
  return blockSignature !== undefined && verifySignature(blockSignature, worker, headerSigningBytes(header));
}

/**
 * Whether a block's aggregate is the signature of all senders of its BLS messages. Without messages any BLS
 * signature is.
 *
 * @param keys of each message's sender, in order: f3 addresses
 * @throws FvmError INVALID_ADDRESS, INVALID_OPTION, INVALID_MESSAGE
 */
export function verifyAggregate(
  aggregate: Signature | undefined,
  messages: readonly Message[],
  keys: readonly Address[],
): boolean {
  checkOption("aggregate", aggregate, optional(isSignature));
  checkOption("messages", messages, isArray);
  checkOption("keys", keys, isArray);
  keys.forEach(checkAddress);
  if (messages.length !== keys.length) {
    throw new FvmError("INVALID_OPTION", {
      option: "keys",
      reason: `${keys.length}, of ${messages.length} messages`,
    });
  }
  if (aggregate?.type !== "bls" || aggregate.data.length < BLS_SIGNATURE_BYTES) return false;
  if (messages.length === 0) return true;
  if (keys.some((key) => addressProtocol(key) !== ADDRESS_PROTOCOL.BLS)) return false;
  const texts = messages.map((message) => cidBytes(messageCid(message)));
  return native.verifyBlsAggregate(
    aggregate.data.subarray(0, BLS_SIGNATURE_BYTES),
    keys.map(addressPayload),
    texts,
  );
}

/**
 * Whether a signature is that of a key, of these bytes: secp256k1 of their blake2b-256, or BLS.
 * Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION.
 */
export function verifySignature(signature: Signature, key: Address, bytes: Uint8Array): boolean {
  checkOption("signature", signature, isSignature);
  checkAddress(key);
  checkOption("bytes", bytes, isBytes);
  const { type, data } = signature;
  const protocol = addressProtocol(key);
  if (type === "secp256k1" && protocol === ADDRESS_PROTOCOL.SECP256K1) {
    return data.length === SECP_SIGNATURE_BYTES && native.verifySecp(data, addressPayload(key), bytes);
  }
  if (type === "bls" && protocol === ADDRESS_PROTOCOL.BLS) {
    return data.length === BLS_SIGNATURE_BYTES && native.verifyBls(data, addressPayload(key), bytes);
  }
  return false;
}

function isSenderOf(signed: SignedMessage, key: Address, chainId: U64): boolean {
  let transaction: EthTransaction;
  try {
    transaction = ethTransactionOf(signed, chainId);
  } catch (error) {
    if (error instanceof FvmError) return false;
    throw error;
  }
  const sender = ethSenderOf(transaction, chainId);
  return sender !== undefined && sender === filecoinToEth(key);
}

/** Signer of a transaction; undefined without a valid signature. Throws `FvmError` INVALID_OPTION. */
export function ethSenderOf(transaction: EthTransaction, chainId: U64): EthAddress | undefined {
  const { kind, signature } = checkedTransaction(transaction);
  const { r, s, v } = signature;
  const parity = kind === "eip1559" ? v : kind === "homestead" ? v - 27n : v - 35n - 2n * BigInt(chainId);
  if ([r, s].some((part) => !isU256(part)) || parity < 0n || parity > MAX_RECOVERY_ID) return undefined;
  const bytes = hexBytes([r, s].map((part) => part.toString(16).padStart(64, "0")).join(""));
  const digest = keccak(ethSigningBytes(transaction, chainId));
  const key = native.recoverSecp(digest, concatBytes(bytes, Uint8Array.of(Number(parity))));
  return key && `0x${hex(keccak(key.subarray(1)).subarray(-ADDRESS_BYTES))}`;
}

/** The hash by which Ethereum's tools know a transaction. Throws `FvmError` INVALID_OPTION. */
export function ethTransactionHash(transaction: EthTransaction, chainId: U64): `0x${string}` {
  return `0x${hex(keccak(ethTransactionBytes(transaction, chainId)))}`;
}

function keccak(data: Uint8Array): Uint8Array {
  return native.hash(KECCAK_256, data) as Uint8Array;
}
