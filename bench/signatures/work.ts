/** Subjects of the checks. */
import { idAddress } from "#src/address/address.js";
import { aggregateSignatures, SigningKey } from "#src/chain/signatures/keys.js";
import { signMessage } from "#src/chain/signatures/sign.js";
import type { Signature } from "#src/chain/types/signature.js";
import type { Message } from "#src/message/message.js";

const SIGNERS = 64;
const CHAIN_ID = 314;

/** A signature of its own. */
export interface Single {
  readonly key: SigningKey;
  readonly text: Uint8Array;
  readonly signature: Signature;
}

/** A block's messages, and the signature of all their senders. */
export interface Aggregate {
  readonly keys: readonly SigningKey[];
  readonly messages: readonly Message[];
  readonly signature: Signature;
}

interface SinglesOptions {
  /** Place of a signature of another text. */
  readonly wrong?: number;
  /** Signatures of a key that follow each other. */
  readonly each?: number;
}

export function singles(
  type: "bls" | "secp256k1",
  count: number,
  { wrong, each = 1 }: SinglesOptions = {},
): Single[] {
  const keys = signers(type);
  return Array.from({ length: count }, (_, i) => {
    const key = keys[Math.floor(i / each) % SIGNERS] as SigningKey;
    const text = Buffer.from(`text ${i}`);
    return { key, text, signature: key.sign(i === wrong ? Buffer.from("another text") : text) };
  });
}

export function aggregate(count: number): Aggregate {
  const signer = signers("bls");
  const keys = Array.from({ length: count }, (_, i) => signer[i % SIGNERS] as SigningKey);
  const messages = keys.map((key, nonce) => messageOf(key, nonce));
  const signatures = messages.map(
    (message, i) => signMessage(message, keys[i] as SigningKey, { chainId: CHAIN_ID }).signature,
  );
  return { keys, messages, signature: aggregateSignatures(signatures) };
}

function messageOf(key: SigningKey, nonce: number): Message {
  const amounts = { value: 0n, gasFeeCap: 1n, gasPremium: 1n };
  const plain = { version: 0, to: idAddress(1), gasLimit: 1_000_000, method: 0, params: new Uint8Array() };
  return { ...plain, ...amounts, from: key.address, nonce };
}

function signers(type: "bls" | "secp256k1"): SigningKey[] {
  return Array.from({ length: SIGNERS }, (_, i) => SigningKey.fromSeed(type, String(i)));
}
