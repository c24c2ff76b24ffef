import { concatBytes } from "../../util/bytes.js";
import { SigningKey } from "../signatures/keys.js";
import type { Draw } from "./draw.js";

/** Bytes of an aggregate of few PoReps. */
const AGGREGATE = 14_000;

/**
 * Three points of the curves, as a Groth16 proof has them: nobody can make a real one without storage, and what are
 * no points is refused before any verifier is asked. A BLS key has such points, and so have its signatures.
 */
const PARTITION_PROOF = (() => {
  const key = SigningKey.fromSeed("bls", "proof");
  return concatBytes(key.publicKey, key.sign(new Uint8Array()).data, key.publicKey);
})();

/** Stands for a PoRep. @param partitions of a sector's proof */
export function porep(partitions: number): Uint8Array {
  return concatBytes(...Array.from({ length: partitions }, () => PARTITION_PROOF));
}

/** Stands for a proof of spacetime of a partition. */
export function windowPost(): Uint8Array {
  return PARTITION_PROOF;
}

/** Stands for an aggregate of PoReps. */
export function aggregateProof(draw: Draw): Uint8Array {
  return new Uint8Array(Buffer.alloc(AGGREGATE, draw.bytes()));
}
