import { type Cid, cidCodec, cidParts } from "../encoding/cid.js";
import { CBOR, DAG_CBOR, IDENTITY, RAW } from "../encoding/codecs.js";
import { CborReader } from "./cbor-reader.js";

/** Links of a DAG-CBOR block, in order. Throws `FvmError` INVALID_CBOR. */
export function linksOf(data: Uint8Array): Cid[] {
  const links: Cid[] = [];
  new CborReader(data).skip(links);
  return links;
}

/** Whether a CID is of what stores keep: not of a commitment, which is only a number, nor of data that is in the CID. */
export function isStored(cid: Cid): boolean {
  const codec = cidCodec(cid);
  return (codec === DAG_CBOR || codec === RAW || codec === CBOR) && !isIdentity(cid);
}

/** The block that a CID is itself; undefined if it has a hash. */
export function inlineBlock(cid: Cid): Uint8Array | undefined {
  return isIdentity(cid) ? cidParts(cid).digest : undefined;
}

/** Nearly all CIDs are of one form, whose hash begins at the third byte. */
function isIdentity(cid: Cid): boolean {
  if (cid.charCodeAt(1) < 0x80) return cid.charCodeAt(2) === IDENTITY;
  return cidParts(cid).hashCode === IDENTITY;
}
