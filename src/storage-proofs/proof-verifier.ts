import { HostFault } from "../errors.js";
import {
  type AggregateParameters,
  aggregateOf,
  type ProofQuestion,
  packedQuestion,
} from "../vm/proofs/packed-question.js";
import type { AggregateProof, ProofVerifier, Verdict, WinningPostProof } from "../vm/proofs/verifier.js";
import { ProofKeys } from "./key-store.js";
import { MAINNET_PROOFS, type ProofParameters } from "./parameters.js";
import { proofFolder } from "./proof-files.js";

/** Options of `proofVerifier`. */
export interface ProofVerifierOptions {
  /** Folder of verifying keys. Default: that of the environment's FVM_PROOF_KEYS, else one in the user's cache. */
  readonly folder?: string;
  /** Files that count as right. Default: mainnet's. */
  readonly parameters?: ProofParameters;
}

/** Checks all proofs of storage: those that actors ask about, and those in block headers. */
export interface StorageProofVerifier extends ProofVerifier {
  /** Checks that the sector is stored that won a block. */
  verifyWinningPost(proof: WinningPostProof): Promise<Verdict>;
}

/** Registered types of each kind: one for each size of sectors. */
const SIZES = 5;
/** From this type on seals are not interactive. */
const FIRST_NON_INTERACTIVE = 15;
/** By what verification says, as in native/vendor/src/proofs.rs. */
const VERDICTS: readonly (Verdict | undefined)[] = ["invalid", "valid", "malformed"];

/**
 * A verifier of all proofs of storage: verdicts are those of the reference's crates. It works on threads of libuv's pool;
 * keys are read from files when they are first needed.
 *
 * Verdicts on several partitions and on aggregates rest on random numbers: a wrong proof is taken for right by a chance
 * of less than one in 2^120, as in the reference.
 *
 * Its methods reject with `HostFault` PROOF_FILE_FAILED if a key is missing or is not the one that is pinned.
 *
 * @throws FvmError NO_CACHE_FOLDER if there is no folder for keys
 */
export function proofVerifier(options: ProofVerifierOptions = {}): StorageProofVerifier {
  const { folder, parameters = MAINNET_PROOFS } = options;
  const keys = new ProofKeys(proofFolder(folder), parameters);
  const ask = async (
    question: ProofQuestion,
    circuit: Parameters<ProofKeys["key"]>[0],
    type: number,
    powers?: Promise<AggregateParameters>,
  ): Promise<Verdict> => {
    // Packed at once: the caller may use the memory of the proof for something else meanwhile.
    const packed = powers === undefined ? packedQuestion(question) : undefined;
    const key = await keys.key(circuit, type % SIZES);
    const verdict = VERDICTS[await key.verify(packed ?? packedQuestion(question, await powers))];
    if (verdict !== undefined) return verdict;
    throw new HostFault("NATIVE_FAILED", { text: `no verdict on a proof of kind ${question.kind}` });
  };
  const verifyAggregate = (proof: AggregateProof) =>
    ask({ kind: "aggregate", proof }, "porep", proof.sealType, keys.powers());
  return {
    verifySeal: (proof) =>
      proof.sealType < FIRST_NON_INTERACTIVE
        ? ask({ kind: "seal", proof }, "porep", proof.sealType)
        : verifyAggregate(aggregateOf(proof)),
    verifyAggregate,
    verifyWindowPost: (proof) => ask({ kind: "windowPost", proof }, "windowPost", proof.postType),
    verifyWinningPost: (proof) => ask({ kind: "winningPost", proof }, "winningPost", proof.postType),
    verifyUpdate: (proof) => ask({ kind: "update", proof }, "update", proof.updateType),
  };
}
