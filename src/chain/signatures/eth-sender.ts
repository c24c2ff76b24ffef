import type { EthAddress } from "../../builtin/evm/index.js";
import { KECCAK_256 } from "../../encoding/codecs.js";
import { isU256 } from "../../ipld/u256.js";
import { native } from "../../native/index.js";
import { concatBytes, hex, hexBytes, latin1 } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import {
  checkedTransaction,
  type EthTransaction,
  type EthTransactionKind,
  ethTransactionBytes,
  signingBytesOf,
  unsigned,
} from "./eth-transaction.js";

const ADDRESS_BYTES = 20;
/** The last byte of a signature from which its key follows. */
const MAX_RECOVERY_ID = 3n;

/** Signer of a transaction; undefined without a valid signature. Throws `FvmError` INVALID_OPTION. */
export function ethSenderOf(transaction: EthTransaction, chainId: U64): EthAddress | undefined {
  const checked = checkedTransaction(transaction);
  const text = signingBytesOf(checked, chainId);
  const signature = recoverableSignature(checked, chainId);
  return signature && signerOf(text, signature);
}

/** Who reads a transaction and who checks its message ask for the same one. */
let last: { readonly asked: string; readonly signer: EthAddress | undefined } | undefined;

/** Signer of a text with a signature of 65 bytes; undefined if it is none. */
export function signerOf(text: Uint8Array, signature: Uint8Array): EthAddress | undefined {
  const digest = keccak(text);
  const asked = latin1(digest) + latin1(signature);
  if (last?.asked === asked) return last.signer;
  const key = native.recoverSecp(digest, signature);
  const signer = key && ethAddressOfKey(key);
  last = { asked, signer };
  return signer;
}

/** r, s and the byte from which the key follows; undefined if the numbers are none of a signature. */
export function recoverableSignature(
  { kind, signature: { r, s, v } }: EthTransaction,
  chainId: U64,
): Uint8Array | undefined {
  const parity = v - leastV(kind, chainId);
  if ([r, s].some((part) => !isU256(part)) || parity < 0n || parity > MAX_RECOVERY_ID) return undefined;
  const bytes = hexBytes([r, s].map((part) => part.toString(16).padStart(64, "0")).join(""));
  return concatBytes(bytes, Uint8Array.of(Number(parity)));
}

/** The numbers of such a signature, as transactions have them. */
export function transactionSignature(
  kind: EthTransactionKind,
  recoverable: Uint8Array,
  chainId: U64,
): EthTransaction["signature"] {
  return {
    r: unsigned(recoverable.subarray(0, 32)),
    s: unsigned(recoverable.subarray(32, 64)),
    v: leastV(kind, chainId) + BigInt(recoverable[64] as number),
  };
}

/** The part of `v` beside the byte from which the key follows. */
function leastV(kind: EthTransactionKind, chainId: U64): bigint {
  if (kind === "eip155") return 35n + 2n * BigInt(chainId);
  return kind === "homestead" ? 27n : 0n;
}

/** The address of an uncompressed public key. */
export function ethAddressOfKey(publicKey: Uint8Array): EthAddress {
  return `0x${hex(keccak(publicKey.subarray(1)).subarray(-ADDRESS_BYTES))}`;
}

/** The hash by which Ethereum's tools know a transaction. Throws `FvmError` INVALID_OPTION. */
export function ethTransactionHash(transaction: EthTransaction, chainId: U64): `0x${string}` {
  return `0x${hex(keccak(ethTransactionBytes(transaction, chainId)))}`;
}

export function keccak(data: Uint8Array): Uint8Array {
  return native.hash(KECCAK_256, data) as Uint8Array;
}
