import { randomBytes } from "node:crypto";
import type { EthAddress } from "../builtin/evm/index.js";
import { keccak } from "../chain/signatures/eth-sender.js";
import { concatBytes } from "../util/bytes.js";
import { type LockRound, seal } from "./seal.js";

/** A call that a `TimeLock` is to make. */
export interface LockedCall {
  readonly to: EthAddress;
  /** attoFIL, at most what the lock is funded with. */
  readonly value: bigint;
  /** Filecoin's gas that the call gets: the opener must bring it. */
  readonly gas: bigint;
  readonly data: Uint8Array;
}

/** Content of a lock, sealed and open. */
export interface SealedContent {
  /** Secret until the round is over: it opens the lock. */
  readonly content: Uint8Array;
  /** Keccak-256 of it. */
  readonly commitment: Uint8Array;
  /** It, sealed to the round. */
  readonly sealed: Uint8Array;
}

const SALT_BYTES = 32;
const SELECTOR_BYTES = 4;
/** A content as the contract's `Content`, by itself the only parameter. */
const CONTENT = [
  {
    type: "function",
    name: "content",
    stateMutability: "pure",
    inputs: [
      {
        type: "tuple",
        name: "content",
        components: [
          { type: "address", name: "to" },
          { type: "uint256", name: "value" },
          { type: "uint256", name: "gas" },
          { type: "bytes", name: "data" },
          { type: "bytes32", name: "salt" },
        ],
      },
    ],
    outputs: [],
  },
] as const;

/** A call for `TimeLock.lock`, with a salt, so that nobody guesses it by its commitment. Throws as `seal`. */
export async function sealCall(call: LockedCall, round: LockRound): Promise<SealedContent> {
  const { createContract } = await import("micro-eth-signer/abi.js");
  const { content: encoder } = createContract(CONTENT);
  const encoded = encoder.encodeInput({ ...call, salt: randomBytes(SALT_BYTES) });
  return sealedContent(encoded.subarray(SELECTOR_BYTES), round);
}

/** A text for `SealedTexts.lock`, behind a salt. Throws as `seal`. */
export function sealText(text: Uint8Array, round: LockRound): Promise<SealedContent> {
  return sealedContent(concatBytes(randomBytes(SALT_BYTES), text), round);
}

async function sealedContent(content: Uint8Array, round: LockRound): Promise<SealedContent> {
  return { content, commitment: keccak(content), sealed: await seal(content, round) };
}
