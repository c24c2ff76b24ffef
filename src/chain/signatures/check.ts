import {
  ADDRESS_PROTOCOL,
  type Address,
  addressPayload,
  addressProtocol,
  checkAddress,
} from "../../address/address.js";
import { filecoinToEth } from "../../builtin/evm/index.js";
import { cidBytes } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { encodeMessage, type Message } from "../../message/message.js";
import { hexBytes } from "../../util/bytes.js";
import { isArray, isBytes, isObject, isU64, optional } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import { type BlockHeader, headerSigningBytes } from "../types/header.js";
import { isSignature, type Signature } from "../types/signature.js";
import { checkedSigned, messageCid, type SignedMessage } from "../types/signed-message.js";
import { recoverableSignature } from "./eth-sender.js";
import { type EthTransaction, ethTransactionOf, signingBytesOf, unsignedMessage } from "./eth-transaction.js";

/**
 * How a signature is checked: BLS with keys in G1, BLS with the key in G2, secp256k1 by the payload of an f1 address
 * (blake2b-256 of the text), secp256k1 by an Ethereum address (keccak-256).
 */
export type CheckKind = "bls" | "blsInG1" | "secp256k1" | "eth";

/** Work that is left to do, on input of the right lengths. */
export interface OpenCheck {
  readonly kind: CheckKind;
  readonly signature: Uint8Array;
  /** One for each text; more than one only of kind `bls`. */
  readonly keys: readonly Uint8Array[];
  readonly texts: readonly Uint8Array[];
}

/** A check of a signature; true or false where its outcome is plain. */
export type SignatureCheck = boolean | OpenCheck;

const SECP_SIGNATURE_BYTES = 65;
const BLS_SIGNATURE_BYTES = 96;

/** See `verifyMessage`. */
export function messageCheck(signed: SignedMessage, key: Address, chainId: U64): SignatureCheck {
  const { message, signature } = checkedSigned(signed);
  checkAddress(key);
  checkOption("chainId", chainId, isU64);
  if (signature.type === "delegated") return ethCheck({ message, signature }, key, chainId);
  return signatureCheck(signature, key, messageBytes(message));
}

/** Bytes that a sender signs by BLS or secp256k1. */
export function messageBytes(message: Message): Uint8Array {
  return cidBytes(messageCid(message));
}

/** See `verifyBlock`. */
export function blockCheck(header: BlockHeader, worker: Address): SignatureCheck {
  checkAddress(worker);
  checkOption("header", header, isObject);
  const { blockSignature } = header;
  return blockSignature !== undefined && signatureCheck(blockSignature, worker, headerSigningBytes(header));
}

/** See `verifyAggregate`. */
export function aggregateCheck(
  aggregate: Signature | undefined,
  messages: readonly Message[],
  keys: readonly Address[],
  cidOf = messageCid,
): SignatureCheck {
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
  // Its type counts for nothing: Lotus looks at the data alone (chain/consensus/utils.go, `VerifyBlsAggregate`).
  if (aggregate === undefined || aggregate.data.length < BLS_SIGNATURE_BYTES) return false;
  if (messages.length === 0) return true;
  if (keys.some((key) => addressProtocol(key) !== ADDRESS_PROTOCOL.BLS)) return false;
  return {
    kind: "bls",
    signature: aggregate.data.subarray(0, BLS_SIGNATURE_BYTES),
    keys: keys.map(addressPayload),
    texts: messages.map((message) => cidBytes(cidOf(message))),
  };
}

/** See `verifySignature`. */
export function signatureCheck(signature: Signature, key: Address, bytes: Uint8Array): SignatureCheck {
  checkOption("signature", signature, isSignature);
  checkAddress(key);
  checkOption("bytes", bytes, isBytes);
  const { type, data } = signature;
  const protocol = addressProtocol(key);
  const isSecp = type === "secp256k1" && protocol === ADDRESS_PROTOCOL.SECP256K1;
  const isBls = type === "bls" && protocol === ADDRESS_PROTOCOL.BLS;
  if (isSecp && data.length === SECP_SIGNATURE_BYTES) {
    return { kind: "secp256k1", signature: data, keys: [addressPayload(key)], texts: [bytes] };
  }
  if (isBls && data.length === BLS_SIGNATURE_BYTES) {
    return { kind: "bls", signature: data, keys: [addressPayload(key)], texts: [bytes] };
  }
  return false;
}

/** Source: Lotus chain/consensus/signatures.go, `AuthenticateMessage`. */
function ethCheck(signed: SignedMessage, key: Address, chainId: U64): SignatureCheck {
  const transaction = transactionOf(signed, chainId);
  const address = filecoinToEth(key);
  if (transaction === undefined || address === undefined) return false;
  const signature = recoverableSignature(transaction, chainId);
  if (signature === undefined) return false;
  const text = signingBytesOf(transaction, chainId);
  return { kind: "eth", signature, keys: [hexBytes(address.slice(2))], texts: [text] };
}

/** Undefined if the message stands for none, or has more to say than the transaction does. */
function transactionOf(signed: SignedMessage, chainId: U64): EthTransaction | undefined {
  try {
    const { message } = signed;
    const transaction = ethTransactionOf(signed, chainId);
    const said = encodeMessage(unsignedMessage(transaction, message.from));
    return Buffer.compare(said, encodeMessage(message)) === 0 ? transaction : undefined;
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}
