import { tipsetCid } from "../../chain/types/tipset-key.js";
import type { Cid } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { hexOf } from "../../inspect/tracers/hex.js";
import { hexBytes, latin1, latin1Bytes } from "../../util/bytes.js";
import type { EthHash } from "./json.js";

/** Bytes of a CID of DAG-CBOR before its blake2b-256 digest. */
const CID_HEAD = `\x01${String.fromCharCode(DAG_CBOR)}\xa0\xe4\x02\x20`;

/** The hash that a tipset has as a block: the digest of its key's CID. @param key CIDs of its headers */
export function blockHash(key: readonly Cid[]): EthHash {
  return hashOfCid(tipsetCid(key)) as EthHash;
}

/** The digest of a CID of DAG-CBOR with blake2b-256; undefined of any other CID. */
export function hashOfCid(cid: Cid): EthHash | undefined {
  if (!cid.startsWith(CID_HEAD)) return undefined;
  return hexOf(latin1Bytes(cid.slice(CID_HEAD.length)));
}

/** The CID of DAG-CBOR with this blake2b-256 digest. */
export function cidOfHash(hash: EthHash): Cid {
  return `${CID_HEAD}${latin1(hexBytes(hash.slice(2)))}` as Cid;
}
