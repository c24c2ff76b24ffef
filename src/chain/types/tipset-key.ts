import { type Cid, cidBytes, cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { CborWriter } from "../../ipld/cbor.js";
import { native } from "../../native/index.js";
import { isArray } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { type BlockHeader, headerCid } from "./header.js";

/** A header with its CID. */
export interface NamedHeader {
  readonly cid: Cid;
  readonly header: BlockHeader;
}

/** Bytes of the hash that orders tickets. */
const TICKET_HASH_BYTES = 32;

/**
 * Headers in the order of their tipset: by the hash of the ticket, then by CID. The first one's ticket is the least.
 * Source: Lotus chain/types/tipset.go.
 *
 * @throws FvmError INVALID_TIPSET if there are none, one is there twice or has no ticket, or they have not all the
 * same epoch and parents; INVALID_OPTION
 */
export function tipsetOrder(headers: readonly BlockHeader[]): NamedHeader[] {
  checkOption("headers", headers, isArray);
  return inTipsetOrder(headers.map((header) => ({ cid: headerCid(header), header })));
}

/** As `tipsetOrder`, of headers whose CIDs are known. */
export function inTipsetOrder(named: readonly NamedHeader[]): NamedHeader[] {
  const first = named[0]?.header;
  if (first === undefined) throw new FvmError("INVALID_TIPSET", { epoch: undefined, reason: "no blocks" });
  const refuse = (reason: string) => new FvmError("INVALID_TIPSET", { epoch: Number(first.height), reason });
  const parents = first.parents.join();
  const places = named.map(({ cid, header }) => {
    const refuseBlock = (reason: string) => refuse(`block ${cidText(cid)} ${reason}`);
    if (header.ticket === undefined) throw refuseBlock("has no ticket");
    if (header.height !== first.height) throw refuseBlock(`is of epoch ${header.height}`);
    if (header.parents.join() !== parents) throw refuseBlock("has other parents");
    return { cid, header, hash: native.blake2b(header.ticket, TICKET_HASH_BYTES) };
  });
  places.sort((a, b) => Buffer.compare(a.hash, b.hash) || Buffer.compare(cidBytes(a.cid), cidBytes(b.cid)));
  const twice = places.find(({ cid }, i) => cid === places[i + 1]?.cid);
  if (twice !== undefined) throw refuse(`block ${cidText(twice.cid)} is there twice`);
  return places.map(({ cid, header }) => ({ cid, header }));
}

/**
 * The CID of a tipset: that of the byte string which the CIDs of its headers make. Syscall `network.tipset_cid`
 * returns it, and its digest is the block hash of Ethereum's tools. Source: Lotus chain/types/tipset_key.go.
 *
 * @param headers CIDs in the tipset's order
 */
export function tipsetCid(headers: readonly Cid[]): Cid {
  return native.cidOf(DAG_CBOR, new CborWriter().latin1(headers.join("")).finish());
}
