import { type Cid, cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { Amt, buildAmt, CHAIN_AMT } from "../../ipld/amt.js";
import type { BlockAccess } from "../../ipld/block-access.js";
import { type Codec, decodeCbor, encodeCborLatin1 } from "../../ipld/cbor.js";
import { encodeMessage, type Message, messageCodec } from "../../message/message.js";
import { encodeSignedMessage, type SignedMessage, signedMessageCodec } from "./signed-message.js";

/** Roots of a block's messages. Source: Lotus chain/types/blockmsg.go. */
export interface MessageMeta {
  /** AMT of CIDs of messages whose signatures are in the block's aggregate. */
  readonly bls: Cid;
  /** AMT of CIDs of signed messages: secp256k1 and delegated. */
  readonly secp: Cid;
}

/** Codec of the block that a header's `messages` leads to. */
export const messageMetaCodec: Codec<MessageMeta> = {
  encode({ bls, secp }, writer) {
    writer.array(2).cid(bls).cid(secp);
  },
  decode(reader) {
    reader.tuple(2);
    return { bls: reader.cid(), secp: reader.cid() };
  },
};

/** Messages of a block, in order. */
export interface BlockMessages {
  /** Messages whose signatures are in the block's aggregate. */
  readonly bls: readonly Message[];
  /** The others: secp256k1 and delegated signatures. */
  readonly secp: readonly SignedMessage[];
}

/** Messages that a block may have, of both lists together. Source: Lotus chain/consensus/common.go. */
export const MAX_MESSAGES = 10_000;

const cidCodec: Codec<Cid> = {
  encode: (cid, writer) => void writer.cid(cid),
  decode: (reader) => reader.cid(),
};

/**
 * Reads a block's messages.
 *
 * @param meta the header's `messages`
 * @throws FvmError INVALID_CBOR, INVALID_AMT, or the error of a field; what `BlockAccess.get` throws
 */
export function readBlockMessages(blocks: BlockAccess, meta: Cid): BlockMessages {
  const { bls, secp } = readMessageCids(blocks, meta);
  return { bls: readAll(blocks, bls, readMessage), secp: readAll(blocks, secp, readSignedMessage) };
}

/** A message that a block's `bls` names. Throws as `readBlockMessages`. */
export function readMessage(blocks: BlockAccess, cid: Cid): Message {
  return decodeCbor(messageCodec, blocks.get(cid), { canonical: true });
}

/** A message that a block's `secp` names. Throws as `readBlockMessages`. */
export function readSignedMessage(blocks: BlockAccess, cid: Cid): SignedMessage {
  return decodeCbor(signedMessageCodec, blocks.get(cid), { canonical: true });
}

/** CIDs of a block's messages, in order. */
export interface BlockMessageCids {
  readonly bls: readonly Cid[];
  readonly secp: readonly Cid[];
}

/** As `readBlockMessages`, their CIDs alone. */
export function readMessageCids(blocks: BlockAccess, meta: Cid): BlockMessageCids {
  const roots = readMessageMeta(blocks, meta);
  const bls = readList(blocks, roots.bls, MAX_MESSAGES);
  return { bls, secp: readList(blocks, roots.secp, MAX_MESSAGES - bls.length) };
}

/** Roots of a block's messages. Throws `FvmError` INVALID_CBOR; what `BlockAccess.get` throws. */
export function readMessageMeta(blocks: BlockAccess, meta: Cid): MessageMeta {
  return decodeCbor(messageMetaCodec, blocks.get(meta), { canonical: true });
}

/** The array of CIDs with this root. Throws as `Amt`. */
export function loadMessageCids(blocks: BlockAccess, root: Cid): Amt<Cid> {
  return Amt.load(blocks, root, cidCodec, CHAIN_AMT);
}

function readList(blocks: BlockAccess, root: Cid, most: number): Cid[] {
  const cids: Cid[] = [];
  for (const [index, cid] of loadMessageCids(blocks, root).entries()) {
    if (index >= most) throw invalid(`more than ${MAX_MESSAGES} messages`, root);
    if (index !== cids.length) throw invalid(`message ${cids.length} is missing`, root);
    cids.push(cid);
  }
  return cids;
}

function readAll<T>(
  blocks: BlockAccess,
  cids: readonly Cid[],
  read: (blocks: BlockAccess, cid: Cid) => T,
): T[] {
  // A block that names one large message many times takes the memory of one.
  const known = new Map<Cid, T>();
  return cids.map((cid) => {
    const value = known.get(cid) ?? read(blocks, cid);
    known.set(cid, value);
    return value;
  });
}

function invalid(reason: string, root: Cid): FvmError {
  return new FvmError("INVALID_AMT", { reason, cid: cidText(root) });
}

/** Stores a block's messages and returns what its header's `messages` is to be. Throws `FvmError` INVALID_MESSAGE. */
export function writeBlockMessages(blocks: Pick<BlockAccess, "put">, { bls, secp }: BlockMessages): Cid {
  const put = (data: Uint8Array) => blocks.put(DAG_CBOR, data);
  return writeMessageCids(blocks, {
    bls: bls.map((message) => put(encodeMessage(message))),
    secp: secp.map((signed) => put(encodeSignedMessage(signed))),
  });
}

/** As `writeBlockMessages`, of messages that are stored. */
export function writeMessageCids(blocks: Pick<BlockAccess, "put">, { bls, secp }: BlockMessageCids): Cid {
  const array = (cids: readonly Cid[]): Cid =>
    buildAmt(cids, cidCodec, CHAIN_AMT, (codec, data) => blocks.put(codec, data));
  const meta = { bls: array(bls), secp: array(secp) };
  return blocks.put(DAG_CBOR, encodeCborLatin1(messageMetaCodec, meta));
}
