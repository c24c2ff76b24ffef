/** Commitments: 32 bytes that CIDs of their own codecs carry. Source: shared/src/commcid/mod.rs. */
import { type Cid, cidFromParts, cidParts } from "../../encoding/cid.js";
import {
  FIL_COMMITMENT_SEALED,
  FIL_COMMITMENT_UNSEALED,
  POSEIDON_BLS12_381_A2_FC1,
  SHA2_256_TRUNC254_PADDED,
} from "../../encoding/codecs.js";

/** A piece's or a sector's data commitment; undefined if the CID is none. */
export function dataCommitment(cid: Cid): Uint8Array | undefined {
  return commitment(cid, FIL_COMMITMENT_UNSEALED, SHA2_256_TRUNC254_PADDED);
}

/** A sealed sector's commitment; undefined if the CID is none. */
export function replicaCommitment(cid: Cid): Uint8Array | undefined {
  return commitment(cid, FIL_COMMITMENT_SEALED, POSEIDON_BLS12_381_A2_FC1);
}

export function dataCommitmentCid(commitment: Uint8Array): Cid {
  return cidFromParts(FIL_COMMITMENT_UNSEALED, SHA2_256_TRUNC254_PADDED, commitment);
}

function commitment(cid: Cid, codec: number, hashCode: number): Uint8Array | undefined {
  const parts = cidParts(cid);
  if (parts.codec !== codec || parts.hashCode !== hashCode || parts.digest.length !== 32) return undefined;
  return parts.digest;
}

/** Order of the scalar field of BLS12-381, the highest byte first. */
const FIELD_ORDER = Buffer.from("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", "hex");

/** Whether 32 bytes, the lowest first, are a number of the field that proofs compute in. */
export function isFieldElement(bytes: Uint8Array): boolean {
  return Buffer.compare(Buffer.from(bytes).reverse(), FIELD_ORDER) < 0;
}
