import { ADDRESS_PROTOCOL, type Address, addressProtocol, parseAddressBytes } from "../address/address.js";
import { readToken, writeToken } from "../encoding/token.js";
import { FvmError } from "../errors.js";
import { type Codec, decodeCbor, encodeCbor } from "../ipld/cbor.js";
import type { I64 } from "../util/u64.js";
import { I64_MAX, type U64 } from "../util/u64.js";

/** An unsigned message of the chain. Source: shared/src/message.rs. */
export interface Message {
  readonly version: I64;
  readonly to: Address;
  readonly from: Address;
  readonly nonce: U64;
  /** attoFIL. */
  readonly value: bigint;
  /** Gas; beyond 2^53 in implicit messages. */
  readonly gasLimit: I64;
  /** attoFIL per gas. */
  readonly gasFeeCap: bigint;
  /** attoFIL per gas. */
  readonly gasPremium: bigint;
  readonly method: U64;
  readonly params: Uint8Array;
}

/** Addresses of all protocols decode: which of them a network version accepts is for its rules to say. */
export const messageCodec: Codec<Message> = {
  encode(message, writer) {
    writer.array(10).i64(message.version).latin1(message.to).latin1(message.from).u64(message.nonce);
    writeToken(writer, message.value);
    writer.i64(message.gasLimit);
    writeToken(writer, message.gasFeeCap);
    writeToken(writer, message.gasPremium);
    writer.u64(message.method).bytes(message.params);
  },
  decode(reader) {
    reader.tuple(10);
    return {
      version: reader.i64(),
      to: parseAddressBytes(reader.bytes(), { delegated: true }),
      from: parseAddressBytes(reader.bytes(), { delegated: true }),
      nonce: reader.u64(),
      value: readToken(reader),
      gasLimit: reader.i64(),
      gasFeeCap: readToken(reader),
      gasPremium: readToken(reader),
      method: reader.u64(),
      params: new Uint8Array(reader.bytes()),
    };
  },
};

/** A message's CBOR. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeCbor(messageCodec, message);
}

/** Throws `FvmError` INVALID_MESSAGE. */
export function decodeMessage(data: Uint8Array): Message {
  try {
    return decodeCbor(messageCodec, data);
  } catch (cause) {
    throw new FvmError("INVALID_MESSAGE", { reason: "not a message's CBOR" }, { cause });
  }
}

/**
 * Throws `FvmError` INVALID_MESSAGE if no chain can have the message.
 * @param delegated whether f4 addresses exist
 */
export function checkMessage({ gasLimit, to, from }: Message, delegated: boolean): void {
  if (gasLimit <= 0 || gasLimit > I64_MAX) {
    throw new FvmError("INVALID_MESSAGE", { reason: `gas limit ${gasLimit} is not between 1 and 2^63 - 1` });
  }
  if (!delegated && [to, from].some(isDelegated)) {
    throw new FvmError("INVALID_MESSAGE", { reason: "f4 addresses do not exist in this network version" });
  }
}

function isDelegated(address: Address): boolean {
  return addressProtocol(address) === ADDRESS_PROTOCOL.DELEGATED;
}
