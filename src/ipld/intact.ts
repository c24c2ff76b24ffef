import { type Cid, cidCodec, cidParts } from "../encoding/cid.js";
import { IDENTITY } from "../encoding/codecs.js";
import { native } from "../native/index.js";
import { bytesEqual } from "../util/bytes.js";

/**
 * Whether bytes are what a CID names; undefined if its hash is one that nobody here knows. Known are sha2-256,
 * blake2b-256, blake2b-512, keccak-256, ripemd-160 and identity.
 */
export function isIntact(cid: Cid, data: Uint8Array): boolean | undefined {
  // Nearly all blocks are right, and of this hash.
  if (native.cidOf(Number(cidCodec(cid)), data) === cid) return true;
  const { hashCode, digest } = cidParts(cid);
  const found = hashCode === IDENTITY ? data : native.hash(Number(hashCode), data);
  return found && bytesEqual(digest, found);
}
