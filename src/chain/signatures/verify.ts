import type { Address } from "../../address/address.js";
import type { Message } from "../../message/message.js";
import { native } from "../../native/index.js";
import { hex } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { BlockHeader } from "../types/header.js";
import type { Signature } from "../types/signature.js";
import type { SignedMessage } from "../types/signed-message.js";
import {
  aggregateCheck,
  blockCheck,
  messageCheck,
  type OpenCheck,
  type SignatureCheck,
  signatureCheck,
} from "./check.js";
import { signerOf } from "./eth-sender.js";

/**
 * Whether a message's signature is its sender's. Signatures of blocks' aggregates are checked all at once:
 * `verifyAggregate`.
 *
 * @param key the sender's address of a key: f1, f3 or f410. An f0 sender's is found in a state
 * @param chainId Ethereum's number of the chain, which delegated signatures sign
 * @throws FvmError INVALID_ADDRESS, INVALID_OPTION, INVALID_MESSAGE
 */
export function verifyMessage(signed: SignedMessage, key: Address, chainId: U64): boolean {
  return isValid(messageCheck(signed, key, chainId));
}

/**
 * Whether a block's signature is that of its miner's worker. Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION.
 *
 * @param worker address of its key: f1 or f3
 */
export function verifyBlock(header: BlockHeader, worker: Address): boolean {
  return isValid(blockCheck(header, worker));
}

/**
 * Whether a block's aggregate is the signature of all senders of its BLS messages. Without messages any 96
 * bytes are. The aggregate's type does not count. Source: Lotus chain/consensus/utils.go.
 *
 * @param keys of each message's sender, in order: f3 addresses
 * @throws FvmError INVALID_ADDRESS, INVALID_OPTION, INVALID_MESSAGE
 */
export function verifyAggregate(
  aggregate: Signature | undefined,
  messages: readonly Message[],
  keys: readonly Address[],
): boolean {
  return isValid(aggregateCheck(aggregate, messages, keys));
}

/**
 * Whether a signature is that of a key, of these bytes: secp256k1 of their blake2b-256, or BLS.
 * Throws `FvmError` INVALID_ADDRESS, INVALID_OPTION.
 */
export function verifySignature(signature: Signature, key: Address, bytes: Uint8Array): boolean {
  return isValid(signatureCheck(signature, key, bytes));
}

/** The outcome of a check, in this thread. */
export function isValid(check: SignatureCheck): boolean {
  return typeof check === "boolean" ? check : OUTCOMES[check.kind](check);
}

type One = readonly [key: Uint8Array, text: Uint8Array];

const one = ({ keys, texts }: OpenCheck): One => [keys[0] as Uint8Array, texts[0] as Uint8Array];

const OUTCOMES: Readonly<Record<OpenCheck["kind"], (check: OpenCheck) => boolean>> = {
  bls: (check) =>
    check.texts.length === 1
      ? native.verifyBls(check.signature, ...one(check))
      : native.verifyBlsAggregate(check.signature, check.keys, check.texts),
  blsInG1: (check) => native.verifyBlsInG1(check.signature, ...one(check)),
  secp256k1: (check) => native.verifySecp(check.signature, ...one(check)),
  eth: (check) => {
    const [address, text] = one(check);
    return signerOf(text, check.signature) === `0x${hex(address)}`;
  },
};
