import { type Cid, readCid } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import type { Codec } from "../ipld/cbor.js";
import { bytesEqual, hex, latin1 } from "../util/bytes.js";
import type { I64 } from "../util/u64.js";

/** Tipset as F3 (fast finality) speaks of one. Source: go-f3 gpbft/chain.go. */
export interface FinalityTipset {
  readonly epoch: I64;
  /** CIDs of its headers, one after the other, in their order. Nothing says yet that it is more than bytes. */
  readonly key: Uint8Array;
  /** CID of the power table that the tipset's state has. */
  readonly powerTable: Cid;
  /** 32 bytes; so far all zero. */
  readonly commitments: Uint8Array;
}

/** Bytes that a tipset's key may have. Source: go-f3 gpbft, `TipsetKeyMaxLen`. */
const MAX_KEY_BYTES = 760;
/** Bytes of commitments. */
const COMMITMENT_BYTES = 32;

/** Commitments: 32 bytes. */
export const commitmentsCodec: Codec<Uint8Array> = {
  encode: (commitments, writer) => void writer.bytes(commitments),
  decode(reader) {
    const bytes = reader.bytes();
    if (bytes.length !== COMMITMENT_BYTES) reader.fail(`commitments of ${bytes.length} bytes`);
    return bytes.slice();
  },
};

/** A tipset within a certificate. */
export const finalityTipsetCodec: Codec<FinalityTipset> = {
  encode({ epoch, key, powerTable, commitments }, writer) {
    commitmentsCodec.encode(commitments, writer.array(4).i64(epoch).bytes(key).cid(powerTable));
  },
  decode(reader) {
    reader.tuple(4);
    const epoch = reader.i64();
    const key = reader.bytes();
    if (key.length > MAX_KEY_BYTES) reader.fail(`tipset key of ${key.length} bytes`);
    return {
      epoch,
      key: key.slice(),
      powerTable: reader.cid(),
      commitments: commitmentsCodec.decode(reader),
    };
  },
};

export function sameTipset(a: FinalityTipset, b: FinalityTipset): boolean {
  return (
    a.epoch === b.epoch &&
    a.powerTable === b.powerTable &&
    bytesEqual(a.key, b.key) &&
    bytesEqual(a.commitments, b.commitments)
  );
}

/** The headers that a tipset's key names, in the tipset's order. Throws `FvmError` INVALID_TIPSET if it names none. */
export function tipsetHeaders({ key, epoch }: FinalityTipset): Cid[] {
  const headers: Cid[] = [];
  for (let at = 0; at < key.length; ) {
    const cid = readCid(key, at);
    if (cid === undefined || latin1(key, at, at + cid.length) !== cid) {
      const reason = `its key has no CID at byte ${at}: ${hex(key)}`;
      throw new FvmError("INVALID_TIPSET", { epoch: Number(epoch), reason });
    }
    headers.push(cid);
    at += cid.length;
  }
  return headers;
}
