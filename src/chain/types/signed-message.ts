import type { Cid } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { type Codec, decodeCbor, encodeCbor } from "../../ipld/cbor.js";
import { encodeMessage, type Message, messageCodec } from "../../message/message.js";
import { native } from "../../native/index.js";
import { isBytes, isObject } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import { isChainSignature, type Signature, signatureCodec } from "./signature.js";

/** A message with its sender's signature. Source: Lotus chain/types/signedmessage.go. */
export interface SignedMessage {
  readonly message: Message;
  readonly signature: Signature;
}

/** A signed message as the chain stores it, unless its signature is in the block's aggregate. */
export const signedMessageCodec: Codec<SignedMessage> = {
  encode({ message, signature }, writer) {
    writer.array(2).raw(encodeMessage(message));
    signatureCodec.encode(signature, writer);
  },
  decode(reader) {
    reader.tuple(2);
    return { message: messageCodec.decode(reader), signature: signatureCodec.decode(reader) };
  },
};

/** Reads a signed message's block. Throws `FvmError` INVALID_OPTION, INVALID_CBOR, or the error of a field. */
export function decodeSignedMessage(data: Uint8Array): SignedMessage {
  checkOption("data", data, isBytes);
  return decodeCbor(signedMessageCodec, data, { canonical: true });
}

/** A signed message's block. Throws `FvmError` INVALID_MESSAGE; INVALID_OPTION for what is no signature. */
export function encodeSignedMessage(signed: SignedMessage): Uint8Array {
  return encodeCbor(signedMessageCodec, checkedSigned(signed));
}

/** The CID of a message without its signature, which signatures sign. Throws `FvmError` INVALID_MESSAGE. */
export function messageCid(message: Message): Cid {
  return native.cidOf(DAG_CBOR, encodeMessage(message));
}

/**
 * The CID by which people know a message: of the message alone where a block's aggregate has its signature, else with
 * its signature. Throws as `encodeSignedMessage`.
 */
export function signedMessageCid(given: SignedMessage): Cid {
  const signed = checkedSigned(given);
  if (signed.signature.type === "bls") return messageCid(signed.message);
  return native.cidOf(DAG_CBOR, encodeSignedMessage(signed));
}

/** A message in a list of a block: its signature is in the block's aggregate, or with it. */
export type ListedMessage = Message | SignedMessage;

/** As `messageCid` or `signedMessageCid`. */
export function listedCid(listed: ListedMessage): Cid {
  return "message" in listed ? signedMessageCid(listed) : messageCid(listed);
}

/** Encoding checks the message. */
const CHECKS: Checks<SignedMessage> = { message: isObject, signature: isChainSignature };

/** A signed message that a caller gives. Throws `FvmError` INVALID_OPTION. */
export function checkedSigned(signed: SignedMessage): SignedMessage {
  return checkedOptions(signed, CHECKS, "signed");
}
