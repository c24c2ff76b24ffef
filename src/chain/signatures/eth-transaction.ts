import { RLP } from "micro-eth-signer/core/rlp.js";
import { type Address, idAddress } from "../../address/address.js";
import { type EthAddress, ethToFilecoin, filecoinToEth, isEthAddress } from "../../builtin/evm/index.js";
import { exportedMethodNumber } from "../../builtin/frc42.js";
import { FvmError } from "../../errors.js";
import { CborReader, CborWriter } from "../../ipld/cbor.js";
import { isU256 } from "../../ipld/u256.js";
import type { Message } from "../../message/message.js";
import { concatBytes, hexBytes, noBytes } from "../../util/bytes.js";
import { is, isBytes, isU64, oneOf, optional } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { shapeOf } from "../types/shape.js";
import { checkedSigned, type SignedMessage } from "../types/signed-message.js";

/** Kinds of transactions that messages with a delegated signature stand for. */
export type EthTransactionKind = "eip1559" | "eip155" | "homestead";

/** An Ethereum transaction, as a message with a delegated signature stands for it (FIP-0055, FIP-0091). */
export interface EthTransaction {
  readonly kind: EthTransactionKind;
  readonly nonce: U64;
  /** attoFIL per gas. Of the older kinds the gas price, which `maxFeePerGas` is, too. */
  readonly maxPriorityFeePerGas: bigint;
  /** attoFIL per gas. */
  readonly maxFeePerGas: bigint;
  readonly gasLimit: U64;
  /** Undefined: creates a contract. */
  readonly to: EthAddress | undefined;
  /** attoFIL. */
  readonly value: bigint;
  readonly input: Uint8Array;
  /** As transactions have them: `v` holds the chain's number in EIP-155, is 27 or 28 in homestead, else 0 or 1. */
  readonly signature: { readonly v: bigint; readonly r: bigint; readonly s: bigint };
}

export const CREATE_EXTERNAL = 4;
export const INVOKE_EVM = exportedMethodNumber("InvokeEVM");
const EAM = idAddress(SingletonId.Eam);

/** Byte that transactions of EIP-1559 begin with. */
const EIP_1559_TYPE = Uint8Array.of(2);
/** First byte of signatures, by which the two older kinds are told apart. */
const PREFIX = { homestead: 1, eip155: 2 } as const;
const AMOUNTS = ["value", "gasFeeCap", "gasPremium"] as const;

const isWord = is(isU256, "a bigint of 256 bits");
const CHECKS: Checks<EthTransaction> = {
  kind: oneOf("eip1559", "eip155", "homestead"),
  nonce: isU64,
  maxPriorityFeePerGas: isWord,
  maxFeePerGas: isWord,
  gasLimit: isU64,
  to: optional(is(isEthAddress, "an Ethereum address")),
  value: isWord,
  input: isBytes,
  signature: shapeOf<EthTransaction["signature"]>({ v: isWord, r: isWord, s: isWord }),
};

/** A transaction that a caller gives. Throws `FvmError` INVALID_OPTION. */
export function checkedTransaction(transaction: EthTransaction): EthTransaction {
  return checkedOptions(transaction, CHECKS, "transaction");
}

/** Length of r, s and a v of one byte. */
const SIGNATURE_BYTES = 65;

/**
 * The transaction that a message with a delegated signature stands for. Source: Lotus chain/types/ethtypes,
 * `EthTransactionFromSignedFilecoinMessage`.
 *
 * @param chainId Ethereum's number of the chain
 * @throws FvmError INVALID_MESSAGE if there is none; INVALID_OPTION
 */
export function ethTransactionOf(signed: SignedMessage, chainId: U64): EthTransaction {
  const { message, signature } = checkedSigned(signed);
  checkOption("chainId", chainId, isU64);
  if (signature.type !== "delegated") throw invalid("signature", `${signature.type} instead of delegated`);
  const { kind, v, start } = signatureForm(signature.data, BigInt(chainId));
  const rs = [start, start + 32].map((begin) => unsigned(signature.data.subarray(begin, begin + 32)));
  const [r, s] = rs as [bigint, bigint];
  return { ...unsignedTransaction(message, kind), signature: { v, r, s } };
}

/** The transaction of this kind that a message stands for. Throws `FvmError` INVALID_MESSAGE if there is none. */
export function unsignedTransaction(
  message: Message,
  kind: EthTransactionKind,
): Omit<EthTransaction, "signature"> {
  if (filecoinToEth(message.from) === undefined) throw invalid("from", "the sender is no Ethereum account");
  const input = inputOf(message);
  const to = recipientOf(message);
  if (message.version !== 0) throw invalid("version", `${message.version} instead of 0`);
  for (const field of AMOUNTS) {
    if (!isU256(message[field]))
      throw invalid(field, `${message[field]} is not of 256 bits, as transactions have it`);
  }
  return {
    kind,
    nonce: message.nonce,
    maxPriorityFeePerGas: kind === "eip1559" ? message.gasPremium : message.gasFeeCap,
    maxFeePerGas: message.gasFeeCap,
    gasLimit: message.gasLimit,
    to,
    value: message.value,
    input,
  };
}

/** `start`: where r begins. */
function signatureForm(
  data: Uint8Array,
  chainId: bigint,
): { kind: EthTransactionKind; v: bigint; start: number } {
  if (data.length === SIGNATURE_BYTES) return { kind: "eip1559", v: BigInt(data[64] as number), start: 0 };
  const v = unsigned(data.subarray(SIGNATURE_BYTES));
  const isLegacyLength = data.length === SIGNATURE_BYTES + 1 || eip155Lengths(chainId).includes(data.length);
  if (isLegacyLength && data[0] === PREFIX.homestead) {
    if (data.length !== SIGNATURE_BYTES + 1) throw invalid("signature", `homestead, of ${data.length} bytes`);
    if (v !== 27n && v !== 28n) throw invalid("signature", `homestead, with v ${v}`);
    return { kind: "homestead", v, start: 1 };
  }
  if (isLegacyLength && data[0] === PREFIX.eip155) {
    if (!eip155Lengths(chainId).includes(data.length)) {
      throw invalid("signature", `EIP-155, of ${data.length} bytes`);
    }
    if ((v - 35n) / 2n !== chainId || v < 35n)
      throw invalid("signature", `v ${v} is not of chain ${chainId}`);
    return { kind: "eip155", v, start: 1 };
  }
  throw invalid("signature", `of ${data.length} bytes, which no kind of transaction has`);
}

/** Bytes of signatures with the chain's number in them. */
function eip155Lengths(chainId: bigint): number[] {
  return [35n, 36n].map((v) => SIGNATURE_BYTES + integer(2n * chainId + v).length);
}

/** The contents of the byte string that the parameters are. */
function inputOf({ params }: Message): Uint8Array {
  if (params.length === 0) return noBytes();
  const reader = new CborReader(params, 0, { canonical: true });
  try {
    const input = reader.bytes().slice();
    reader.end();
    if (input.length > 0) return input;
  } catch (cause) {
    throw new FvmError("INVALID_MESSAGE", { field: "params", reason: "no byte string" }, { cause });
  }
  throw invalid("params", "an empty byte string, where there should be nothing");
}

function recipientOf({ to, method }: Message): EthAddress | undefined {
  if (to === EAM) {
    if (method !== CREATE_EXTERNAL) throw invalid("method", `${method} of the Ethereum address manager`);
    return undefined;
  }
  if (method !== INVOKE_EVM) throw invalid("method", `${method} is not InvokeEVM`);
  const recipient = filecoinToEth(to);
  if (recipient === undefined) throw invalid("to", "the receiver has no Ethereum address");
  return recipient;
}

/** Bytes that the sender of a transaction has signed, before keccak-256. Throws `FvmError` INVALID_OPTION. */
export function ethSigningBytes(transaction: EthTransaction, chainId: U64): Uint8Array {
  return signingBytesOf(checkedTransaction(transaction), chainId);
}

/** As `ethSigningBytes`, of a transaction that has been checked. */
export function signingBytesOf(transaction: EthTransaction, chainId: U64): Uint8Array {
  checkOption("chainId", chainId, isU64);
  return rlpOf(transaction, BigInt(chainId), UNSIGNED[transaction.kind](BigInt(chainId)));
}

/** A transaction as Ethereum's tools send it. Its keccak-256 is its hash. Throws `FvmError` INVALID_OPTION. */
export function ethTransactionBytes(transaction: EthTransaction, chainId: U64): Uint8Array {
  const checked = checkedTransaction(transaction);
  checkOption("chainId", chainId, isU64);
  const { v, r, s } = checked.signature;
  return rlpOf(checked, BigInt(chainId), [v, r, s].map(integer));
}

/** Placeholder for the signature while it is made. */
const UNSIGNED: Readonly<Record<EthTransactionKind, (chainId: bigint) => Uint8Array[]>> = {
  eip1559: () => [],
  eip155: (chainId) => [integer(chainId), noBytes(), noBytes()],
  homestead: () => [],
};

function rlpOf(transaction: EthTransaction, chainId: bigint, end: readonly Uint8Array[]): Uint8Array {
  const { kind, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, input } = transaction;
  const call = [
    integer(gasLimit),
    to === undefined ? noBytes() : hexBytes(to.slice(2)),
    integer(value),
    input,
  ];
  if (kind !== "eip1559") return RLP.encode([integer(nonce), integer(maxFeePerGas), ...call, ...end]);
  const fees = [integer(maxPriorityFeePerGas), integer(maxFeePerGas)];
  const accessList: never[] = [];
  return concatBytes(
    EIP_1559_TYPE,
    RLP.encode([integer(chainId), integer(nonce), ...fees, ...call, accessList, ...end]),
  );
}

/**
 * The message that a transaction becomes, with its signature. Source: Lotus chain/types/ethtypes,
 * `ToSignedFilecoinMessage`.
 *
 * @param from whose signature it is; `ethSenderOf` says that
 * @throws FvmError INVALID_OPTION, INVALID_ADDRESS
 */
export function ethMessageOf(given: EthTransaction, from: EthAddress): SignedMessage {
  const transaction = checkedTransaction(given);
  return {
    message: unsignedMessage(transaction, ethToFilecoin(from)),
    signature: { type: "delegated", data: signatureBytes(transaction) },
  };
}

/** The signature as messages have it. */
export function signatureBytes({ kind, signature }: Pick<EthTransaction, "kind" | "signature">): Uint8Array {
  const rs = [signature.r, signature.s].map(padded);
  if (kind === "eip1559") return concatBytes(...rs, Uint8Array.of(Number(signature.v)));
  return concatBytes(Uint8Array.of(PREFIX[kind]), ...rs, integer(signature.v));
}

/** The message that a transaction stands for, from this sender. */
export function unsignedMessage(
  {
    nonce,
    maxPriorityFeePerGas,
    maxFeePerGas,
    gasLimit,
    to,
    value,
    input,
  }: Omit<EthTransaction, "signature">,
  from: Address,
): Message {
  return {
    version: 0,
    to: to === undefined ? EAM : ethToFilecoin(to),
    from,
    nonce,
    value,
    gasLimit,
    gasFeeCap: maxFeePerGas,
    gasPremium: maxPriorityFeePerGas,
    method: to === undefined ? CREATE_EXTERNAL : INVOKE_EVM,
    params: input.length === 0 ? noBytes() : new CborWriter().bytes(input).finish(),
  };
}

export function unsigned(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Big-endian, without leading zeros: nothing for 0. */
function integer(value: U64): Uint8Array {
  if (value === 0 || value === 0n) return noBytes();
  const digits = value.toString(16);
  return hexBytes(digits.length % 2 === 0 ? digits : `0${digits}`);
}

function padded(value: bigint): Uint8Array {
  return hexBytes(value.toString(16).padStart(64, "0"));
}

function invalid(field: string, reason: string): FvmError {
  return new FvmError("INVALID_MESSAGE", { field, reason });
}
