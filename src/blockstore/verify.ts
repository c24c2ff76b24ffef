import { type Cid, cidParts } from "../encoding/cid.js";
import { IDENTITY } from "../encoding/codecs.js";
import { native } from "../native/index.js";
import { bytesEqual } from "../util/bytes.js";

/**
 * Whether bytes are the block of a CID. False, too, for a hash that Filecoin does not use: nobody can tell.
 * Known are sha2-256, blake2b-256, blake2b-512, keccak-256, ripemd-160 and identity.
 */
export function isBlockOf(cid: Cid, data: Uint8Array): boolean {
  const { hashCode, digest } = cidParts(cid);
  if (hashCode === IDENTITY) return bytesEqual(digest, data);
  const hash = typeof hashCode === "number" ? native.hash(hashCode, data) : undefined;
  return hash !== undefined && bytesEqual(digest, hash);
}
