import { FvmError } from "../../errors.js";
import type { Message } from "../../message/message.js";
import { is, isObject, isU64, oneOf, optional } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import { type BlockHeader, headerSigningBytes } from "../types/header.js";
import { messageCid, type SignedMessage } from "../types/signed-message.js";
import { messageBytes } from "./check.js";
import { transactionSignature } from "./eth-sender.js";
import {
  type EthTransaction,
  type EthTransactionKind,
  ethSigningBytes,
  signatureBytes,
  unsignedMessage,
  unsignedTransaction,
} from "./eth-transaction.js";
import { SigningKey } from "./keys.js";
import { electionBytes, ticketBytes, type VrfDraw } from "./vrf.js";

/** Options of `signMessage`. */
export interface SignMessageOptions {
  /** Ethereum's number of the chain, which delegated signatures sign. */
  readonly chainId: U64;
  /** The transaction that a message of an Ethereum account stands for. Default: EIP-1559. */
  readonly transaction?: EthTransactionKind;
}

const isKey = is((value) => value instanceof SigningKey, "a SigningKey");
const isBlsKey = is(
  (value) => isKey(value) === undefined && (value as SigningKey).type === "bls",
  "a BLS key",
);
/** Instead of the one that is made. */
const NO_SIGNATURE: EthTransaction["signature"] = { r: 0n, s: 0n, v: 0n };
const CHECKS: Checks<SignMessageOptions> = {
  chainId: isU64,
  transaction: optional(oneOf("eip1559", "eip155", "homestead")),
};

/**
 * A message with the signature of its sender's key.
 *
 * @throws FvmError INVALID_MESSAGE, also for a message of an Ethereum account that stands for no such transaction;
 * INVALID_OPTION
 */
export function signMessage(message: Message, key: SigningKey, options: SignMessageOptions): SignedMessage {
  checkOption("key", key, isKey);
  const { chainId, transaction = "eip1559" } = checkedOptionsOnly(options, CHECKS);
  if (key.type !== "delegated") return { message, signature: key.sign(messageBytes(message)) };
  return {
    message,
    signature: { type: "delegated", data: ethSignature(message, key, chainId, transaction) },
  };
}

function ethSignature(message: Message, key: SigningKey, chainId: U64, kind: EthTransactionKind): Uint8Array {
  const transaction = unsignedTransaction(message, kind);
  if (messageCid(unsignedMessage(transaction, message.from)) !== messageCid(message)) {
    const reason = `no ${kind} transaction says all that it says`;
    throw new FvmError("INVALID_MESSAGE", { field: "message", reason });
  }
  const bytes = ethSigningBytes({ ...transaction, signature: NO_SIGNATURE }, chainId);
  return signatureBytes({ kind, signature: transactionSignature(kind, key.sign(bytes).data, chainId) });
}

/**
 * A block's header with its worker's signature, whatever signature it has. Throws `FvmError` INVALID_OPTION if a field
 * is not what `BlockHeader` says.
 */
export function signBlock(header: Omit<BlockHeader, "blockSignature">, worker: SigningKey): BlockHeader {
  checkOption("header", header, isObject);
  checkOption("worker", worker, isKey);
  const bytes = headerSigningBytes({ ...header, blockSignature: undefined });
  return { ...header, blockSignature: worker.sign(bytes) };
}

/**
 * The ticket of a block. Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION.
 *
 * @param parentTicket the least ticket of the parents; undefined up to the height of the upgrade Smoke
 * @param worker a BLS key
 */
export function drawTicket(
  draw: VrfDraw,
  parentTicket: Uint8Array | undefined,
  worker: SigningKey,
): Uint8Array {
  checkOption("worker", worker, isBlsKey);
  return worker.sign(ticketBytes(draw, parentTicket)).data;
}

/**
 * The VRF proof of an election, whose outcome `winCount` says. Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION.
 *
 * @param worker a BLS key
 */
export function drawElectionProof(draw: VrfDraw, worker: SigningKey): Uint8Array {
  checkOption("worker", worker, isBlsKey);
  return worker.sign(electionBytes(draw)).data;
}
