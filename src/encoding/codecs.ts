// IPLD codecs (multicodec table).

/** Bytes without structure, such as the Wasm of an actor. */
export const RAW = 0x55;
/** CBOR whose links are not followed. */
export const CBOR = 0x51;
/** CBOR with links: state, messages, headers. */
export const DAG_CBOR = 0x71;
/** Piece and data commitments. */
export const FIL_COMMITMENT_UNSEALED = 0xf101;
/** Replica commitments. */
export const FIL_COMMITMENT_SEALED = 0xf102;

// Multihash codes.

/** The digest is the data itself. */
export const IDENTITY = 0x00;
/** Hash of the first generation of CIDs, and of HAMT keys. */
export const SHA2_256 = 0x12;
/** Ethereum's hash. */
export const KECCAK_256 = 0x1b;
/** Hash of the CIDs of all state and code. */
export const BLAKE2B_256 = 0xb220;
/** sha2-256-trunc254-padded, of piece commitments. */
export const SHA2_256_TRUNC254_PADDED = 0x1012;
/** poseidon-bls12_381-a2-fc1, of replica commitments. */
export const POSEIDON_BLS12_381_A2_FC1 = 0xb401;
