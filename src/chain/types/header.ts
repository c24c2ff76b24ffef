import { type Address, parseAddressBytes } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { CborReader, type Codec, decodeCbor, encodeCbor } from "../../ipld/cbor.js";
import { readToken, writeToken } from "../../message/token.js";
import { native } from "../../native/index.js";
import { isBytes } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { I64, U64 } from "../../util/u64.js";
import { checkedHeader } from "./check-header.js";
import { readBytes, readList, writeList } from "./lists.js";
import { readOptionalSignature, type Signature, writeOptionalSignature } from "./signature.js";

/** Randomness of the beacon. */
export interface BeaconEntry {
  readonly round: U64;
  /** The beacon's signature of the round. */
  readonly data: Uint8Array;
}

/** A proof that a miner has won an election. */
export interface ElectionProof {
  readonly winCount: I64;
  readonly vrfProof: Uint8Array;
}

/** A proof of spacetime. */
export interface PoStProof {
  /** A registered proof type. */
  readonly type: I64;
  readonly proof: Uint8Array;
}

/** The header of a block. Source: Lotus chain/types/blockheader.go. */
export interface BlockHeader {
  /** An actor ID in valid blocks. */
  readonly miner: Address;
  /** Its VRF proof. */
  readonly ticket: Uint8Array | undefined;
  readonly electionProof: ElectionProof | undefined;
  readonly beaconEntries: readonly BeaconEntry[];
  readonly winPoStProof: readonly PoStProof[];
  /** CIDs of the parent tipset's headers. */
  readonly parents: readonly Cid[];
  /** Weight of the chain up to the parent tipset. */
  readonly parentWeight: bigint;
  /** Epoch. */
  readonly height: I64;
  /** Root of the state after the parent tipset. */
  readonly parentStateRoot: Cid;
  /** Root of the receipts of the parent tipset's messages. */
  readonly parentMessageReceipts: Cid;
  /** The block's `MessageMeta`. */
  readonly messages: Cid;
  /** Signature of all messages whose senders sign by BLS. Undefined in genesis. */
  readonly blsAggregate: Signature | undefined;
  /** Seconds since 1970. */
  readonly timestamp: U64;
  /** The miner's worker's, of all other fields. Undefined in genesis. */
  readonly blockSignature: Signature | undefined;
  readonly forkSignaling: U64;
  /** attoFIL per gas; of this block's messages. */
  readonly parentBaseFee: bigint;
}

/** A block's header as the chain stores it. */
export const headerCodec: Codec<BlockHeader> = {
  encode(header, writer) {
    writer.array(16).latin1(header.miner);
    if (header.ticket === undefined) writer.null();
    else writer.array(1).bytes(header.ticket);
    if (header.electionProof === undefined) writer.null();
    else writer.array(2).i64(header.electionProof.winCount).bytes(header.electionProof.vrfProof);
    writeList(writer, header.beaconEntries, ({ round, data }) => writer.array(2).u64(round).bytes(data));
    writeList(writer, header.winPoStProof, ({ type, proof }) => writer.array(2).i64(type).bytes(proof));
    writeList(writer, header.parents, (parent) => writer.cid(parent));
    writeToken(writer, header.parentWeight);
    writer
      .i64(header.height)
      .cid(header.parentStateRoot)
      .cid(header.parentMessageReceipts)
      .cid(header.messages);
    writeOptionalSignature(writer, header.blsAggregate);
    writer.u64(header.timestamp);
    writeOptionalSignature(writer, header.blockSignature);
    writer.u64(header.forkSignaling);
    writeToken(writer, header.parentBaseFee);
  },
  decode(reader) {
    reader.tuple(16);
    const pair = <A, B>(first: () => A, second: () => B): [A, B] => {
      reader.tuple(2);
      return [first(), second()];
    };
    const bytes = () => readBytes(reader);
    const optional = <T>(read: () => T): T | undefined => (reader.null() ? undefined : read());
    return {
      miner: parseAddressBytes(reader.bytes()),
      ticket: optional(() => {
        reader.tuple(1);
        return bytes();
      }),
      electionProof: optional(() => {
        const [winCount, vrfProof] = pair(() => reader.i64(), bytes);
        return { winCount, vrfProof };
      }),
      beaconEntries: readList(reader, () => {
        const [round, data] = pair(() => reader.u64(), bytes);
        return { round, data };
      }),
      winPoStProof: readList(reader, () => {
        const [type, proof] = pair(() => reader.i64(), bytes);
        return { type, proof };
      }),
      parents: readList(reader, () => reader.cid()),
      parentWeight: readToken(reader),
      height: reader.i64(),
      parentStateRoot: reader.cid(),
      parentMessageReceipts: reader.cid(),
      messages: reader.cid(),
      blsAggregate: readOptionalSignature(reader),
      timestamp: reader.u64(),
      blockSignature: readOptionalSignature(reader),
      forkSignaling: reader.u64(),
      parentBaseFee: readToken(reader),
    };
  },
};

/** Reads a header's block. Throws `FvmError` INVALID_OPTION, INVALID_CBOR, or the error of a field. */
export function decodeHeader(data: Uint8Array): BlockHeader {
  checkOption("data", data, isBytes);
  return decodeCbor(headerCodec, data, { canonical: true });
}

/**
 * A header with which bytes begin, whatever follows it, as Lotus reads what is no block of a store. Throws as
 * `decodeHeader`.
 */
export function readHeader(data: Uint8Array): BlockHeader {
  return headerCodec.decode(new CborReader(data, 0, { canonical: true }));
}

/** A header's block. Throws `FvmError` INVALID_OPTION if a field is not what `BlockHeader` says. */
export function encodeHeader(header: BlockHeader): Uint8Array {
  return encodeCbor(headerCodec, checkedHeader(header));
}

/** The CID of a header, by which other blocks and tipsets name it. Throws as `encodeHeader`. */
export function headerCid(header: BlockHeader): Cid {
  return native.cidOf(DAG_CBOR, encodeHeader(header));
}

/** Bytes that a block's signature signs: the header without it. Throws as `encodeHeader`. */
export function headerSigningBytes(header: BlockHeader): Uint8Array {
  return encodeHeader({ ...header, blockSignature: undefined });
}
