/** IPLD codecs (multicodec table). */
export const RAW = 0x55;
/** CBOR whose links are not followed. */
export const CBOR = 0x51;
export const DAG_CBOR = 0x71;
/** Piece and data commitments. */
export const FIL_COMMITMENT_UNSEALED = 0xf101;
/** Replica commitments. */
export const FIL_COMMITMENT_SEALED = 0xf102;

/** Multihash codes. */
export const IDENTITY = 0x00;
export const SHA2_256 = 0x12;
export const BLAKE2B_256 = 0xb220;
/** sha2-256-trunc254-padded, of piece commitments. */
export const SHA2_256_TRUNC254_PADDED = 0x1012;
/** poseidon-bls12_381-a2-fc1, of replica commitments. */
export const POSEIDON_BLS12_381_A2_FC1 = 0xb401;
