import type { U64 } from "../../util/u64.js";

/** A sector's proof of replication. Byte fields have 32 bytes where nothing else is said. */
export interface SealProof {
  /** Registered seal proof type, 0 to 19. */
  readonly sealType: number;
  readonly proverId: Uint8Array;
  readonly sectorNumber: U64;
  readonly ticket: Uint8Array;
  readonly seed: Uint8Array;
  readonly sealedCommitment: Uint8Array;
  readonly unsealedCommitment: Uint8Array;
  /** Any length. */
  readonly proof: Uint8Array;
}

/** Proofs of replication of one miner's sectors, aggregated. */
export interface AggregateProof {
  readonly sealType: number;
  /** 0 or 1: SnarkPack version 1 or 2. */
  readonly aggregateType: number;
  readonly proverId: Uint8Array;
  /** At least one. */
  readonly sectors: readonly Omit<SealProof, "sealType" | "proverId" | "proof">[];
  readonly proof: Uint8Array;
}

/** A proof of spacetime over a partition. */
export interface WindowPost {
  /** Registered PoSt proof type: 5 to 9 (V1) or 10 to 14 (V1P1). */
  readonly postType: number;
  readonly proverId: Uint8Array;
  readonly randomness: Uint8Array;
  /** At least one, in ascending order of sector numbers. */
  readonly sectors: readonly { readonly sectorNumber: U64; readonly sealedCommitment: Uint8Array }[];
  readonly proof: Uint8Array;
}

/** A proof that the sector is stored that won a block. */
export interface WinningPostProof {
  /** Registered PoSt proof type: 0 to 4. */
  readonly postType: number;
  readonly randomness: Uint8Array;
  readonly sectorNumber: U64;
  readonly sealedCommitment: Uint8Array;
  readonly proof: Uint8Array;
}

/** A proof that a sector was updated with data. */
export interface UpdateProof {
  /** Registered update proof type, 0 to 4. */
  readonly updateType: number;
  readonly oldSealedCommitment: Uint8Array;
  readonly newSealedCommitment: Uint8Array;
  readonly newUnsealedCommitment: Uint8Array;
  readonly proof: Uint8Array;
}

/**
 * `malformed`: the bytes are no proof at all, such as points off their curves. Actors see an error then,
 * as the reference's proof library gives one; `invalid` is the answer "no".
 */
export type Verdict = "valid" | "invalid" | "malformed";

/**
 * Checks zero-knowledge proofs. What it is asked has passed the input rules: types are known,
 * commitments are 32 bytes, lengths are right. A verdict may be a promise; the waiting syscall is run again when it is
 * there. If a verifier throws or rejects, that is `HostFault` EXTERN_FAILED, or the `HostFault` that it throws.
 */
export interface ProofVerifier {
  /** Checks that a sector was sealed. */
  verifySeal(proof: SealProof): Verdict | Promise<Verdict>;
  /** Checks that many sectors were sealed. */
  verifyAggregate(proof: AggregateProof): Verdict | Promise<Verdict>;
  /** Checks that sectors are still stored. */
  verifyWindowPost(proof: WindowPost): Verdict | Promise<Verdict>;
  /** Checks that data was put into a sealed sector. */
  verifyUpdate(proof: UpdateProof): Verdict | Promise<Verdict>;
}

/** Takes every proof for valid: for re-running what a chain has accepted. */
export const acceptProofs: ProofVerifier = always("valid");

/** Takes every proof for invalid. */
export const rejectProofs: ProofVerifier = always("invalid");

function always(verdict: Verdict): ProofVerifier {
  const answer = () => verdict;
  return { verifySeal: answer, verifyAggregate: answer, verifyWindowPost: answer, verifyUpdate: answer };
}
