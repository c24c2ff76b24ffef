/** Keys of the two tables, as lmdb wants encoders of them. */
import { Buffer } from "node:buffer";
import { BLAKE2B_CID_BYTES, type Cid } from "../../encoding/cid.js";
import { latin1 } from "../../util/bytes.js";

/** Multihash code and length of blake2b-256, behind version and codec. */
const BLAKE2B_PREFIX = "\xa0\xe4\x02\x20";
const DIGEST_AT = BLAKE2B_CID_BYTES - 32;
/** First byte of keys that are a whole CID. No short CID has this codec. */
const WHOLE = 0;

/** Writes and reads keys in buffers of lmdb. */
export interface KeyEncoder<K> {
  writeKey(key: K, target: Buffer, start: number): number;
  readKey(source: Buffer, start: number, end: number): K;
}

/**
 * Codec and digest of the usual CID, 33 bytes instead of 38: the five that are the same in all of them would be in
 * each leaf and branch. Other CIDs are whole, behind a zero.
 */
export const cidKeys: KeyEncoder<Cid> = {
  writeKey(cid, target, start) {
    if (!isShort(cid)) {
      target[start] = WHOLE;
      return start + 1 + target.write(cid, start + 1, "latin1");
    }
    target[start] = cid.charCodeAt(1);
    return start + 1 + target.write(cid.slice(DIGEST_AT), start + 1, "latin1");
  },
  readKey(source, start, end) {
    const rest = latin1(source, start + 1, end);
    if (source[start] === WHOLE) return rest as Cid;
    return `\x01${latin1(source, start, start + 1)}${BLAKE2B_PREFIX}${rest}` as Cid;
  },
};

function isShort(cid: string): boolean {
  if (cid.length !== BLAKE2B_CID_BYTES || cid.charCodeAt(0) !== 1) return false;
  const codec = cid.charCodeAt(1);
  return codec > WHOLE && codec < 0x80 && cid.startsWith(BLAKE2B_PREFIX, 2);
}

/** Bytes of the longest CID: its numbers and a digest of 64 bytes. */
export const MAX_CID_BYTES = 128;

/** Bytes of the longest name of a value. */
export const MAX_NAME_BYTES = 512;

/** Names as UTF-8, so that their order is that of their code points. */
export const nameKeys: KeyEncoder<string> = {
  writeKey: (name, target, start) => start + target.write(name, start, "utf8"),
  readKey: (source, start, end) => Buffer.prototype.toString.call(source, "utf8", start, end),
};
