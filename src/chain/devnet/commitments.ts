import { type Cid, cidFromParts } from "../../encoding/cid.js";
import {
  FIL_COMMITMENT_SEALED,
  FIL_COMMITMENT_UNSEALED,
  POSEIDON_BLS12_381_A2_FC1,
  SHA2_256_TRUNC254_PADDED,
} from "../../encoding/codecs.js";

/** The CID of a sector's replica, which nobody has. @param bytes 32 */
export function sealedCid(bytes: Uint8Array): Cid {
  return cidFromParts(FIL_COMMITMENT_SEALED, POSEIDON_BLS12_381_A2_FC1, fieldElement(bytes));
}

/** The CID of a piece of data, which nobody has, and of the sector that it fills. @param bytes 32 */
export function pieceCid(bytes: Uint8Array): Cid {
  return cidFromParts(FIL_COMMITMENT_UNSEALED, SHA2_256_TRUNC254_PADDED, fieldElement(bytes));
}

/** Commitments have 254 bits, the low byte first. */
function fieldElement(bytes: Uint8Array): Uint8Array {
  return bytes.with(31, (bytes[31] as number) & 0x3f);
}
