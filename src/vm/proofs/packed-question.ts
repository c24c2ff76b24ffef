/** Proofs in the form in which they are verified natively; native/vendor/src/proofs/question.rs reads it. */
import type { U64 } from "../../util/u64.js";
import type { AggregateProof, SealProof, UpdateProof, WindowPost, WinningPostProof } from "./verifier.js";

/** Question for a verifier: a proof of one kind. */
export type ProofQuestion =
  | { readonly kind: "seal"; readonly proof: SealProof }
  | { readonly kind: "aggregate"; readonly proof: AggregateProof }
  | { readonly kind: "windowPost"; readonly proof: WindowPost }
  | { readonly kind: "winningPost"; readonly proof: WinningPostProof }
  | { readonly kind: "update"; readonly proof: UpdateProof };

/** Aggregates are checked against powers of secret numbers. */
export interface AggregateParameters {
  /** Proofs that an aggregate can be of. */
  readonly most: number;
  /** Compressed points g, g^α, g^β, h, h^α, h^β. */
  readonly points: Uint8Array;
}

const KINDS = { seal: 0, aggregate: 1, windowPost: 2, winningPost: 3, update: 4 } as const;
const SEAL_V2 = 1;
const NO_PARAMETERS: AggregateParameters = { most: 0, points: new Uint8Array() };

/** @param parameters of aggregates; without them the bytes say what is asked, but cannot be answered */
export function packedQuestion(question: ProofQuestion, parameters = NO_PARAMETERS): Uint8Array {
  const { kind, proof } = question;
  switch (kind) {
    case "seal":
      return pack(KINDS.seal, proof.sealType, [proof.proverId, sector(proof), proof.proof]);
    case "aggregate": {
      const { aggregateType, proverId, sectors } = proof;
      const powers = [Uint8Array.of(aggregateType), u32(parameters.most), parameters.points];
      const parts = [...powers, proverId, u32(sectors.length), ...sectors.map(sector), proof.proof];
      return pack(KINDS.aggregate, proof.sealType, parts);
    }
    case "windowPost": {
      const { randomness, sectors } = proof;
      const parts = [randomness, u32(sectors.length), ...sectors.map(replica), proof.proof];
      return pack(KINDS.windowPost, proof.postType, parts);
    }
    case "winningPost":
      return pack(KINDS.winningPost, proof.postType, [proof.randomness, replica(proof), proof.proof]);
    case "update": {
      const { oldSealedCommitment, newUnsealedCommitment, newSealedCommitment } = proof;
      const commitments = [oldSealedCommitment, newUnsealedCommitment, newSealedCommitment];
      return pack(KINDS.update, proof.updateType, [...commitments, proof.proof]);
    }
  }
}

/** Non-interactive seals are aggregates of their partitions. */
export function aggregateOf(seal: SealProof): AggregateProof {
  const { sealType, proverId, proof } = seal;
  return { sealType, aggregateType: SEAL_V2, proverId, sectors: [seal], proof };
}

function pack(kind: number, type: number, parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(kind, type), ...parts]);
}

function sector(of: AggregateProof["sectors"][number]): Uint8Array {
  const { sectorNumber, ticket, seed, sealedCommitment, unsealedCommitment } = of;
  return Buffer.concat([u64(sectorNumber), ticket, seed, sealedCommitment, unsealedCommitment]);
}

function replica(of: WindowPost["sectors"][number]): Uint8Array {
  return Buffer.concat([u64(of.sectorNumber), of.sealedCommitment]);
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: U64): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
