import { ADDRESS_PROTOCOL, type Address, addressProtocol, parseAddressBytes } from "../address/address.js";
import { readToken, writeToken } from "../encoding/token.js";
import { FvmError } from "../errors.js";
import { type Codec, decodeCbor, encodeCbor, encodeCborLatin1 } from "../ipld/cbor.js";
import { NO_BYTES } from "../util/bytes.js";
import { type I64, I64_MAX, i64, type U64, U64_MAX } from "../util/u64.js";

/** What a signature of 65 bytes adds: its type, its header, and the header of the pair with the message. */
const SIGNATURE_BYTES = 69;

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
      params: copyOf(reader.bytes()),
    };
  },
};

/** Transfers have no parameters, and share one array. */
function copyOf(params: Uint8Array): Uint8Array {
  return params.length === 0 ? NO_BYTES : new Uint8Array(params);
}

/** A message's CBOR. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeCbor(messageCodec, message);
}

/**
 * Bytes of a message as the chain stores it, if the sender's address is of the kind that signed it: with
 * a signature of 65 bytes for f1 and f4, without one for others (BLS signatures are aggregated).
 */
export function storedLength(message: Message): number {
  const protocol = addressProtocol(message.from);
  const isSigned = protocol === ADDRESS_PROTOCOL.SECP256K1 || protocol === ADDRESS_PROTOCOL.DELEGATED;
  return encodeCborLatin1(messageCodec, message).length + (isSigned ? SIGNATURE_BYTES : 0);
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
export function checkMessage(message: Message, delegated: boolean): void {
  const { gasLimit, to, from } = message;
  const malformed = malformedField(message);
  const reason =
    malformed !== undefined
      ? `${malformed} is not what Message says: an address in text form, or a number of another kind?`
      : gasLimit <= 0 || (typeof gasLimit === "bigint" && gasLimit > I64_MAX)
        ? `gas limit ${gasLimit} is not between 1 and 2^63 - 1`
        : !delegated && (isDelegated(to) || isDelegated(from))
          ? "f4 addresses do not exist in this network version"
          : undefined;
  if (reason !== undefined) throw new FvmError("INVALID_MESSAGE", { reason });
}

/** For callers that TypeScript does not check: the first field of another type. */
function malformedField(message: Message): string | undefined {
  const { version, to, from, nonce, value, gasLimit, gasFeeCap, gasPremium, method, params } = message;
  if (!isAddress(to)) return "to";
  if (!isAddress(from)) return "from";
  if (!isU64(nonce)) return "nonce";
  if (!isU64(method)) return "method";
  if (!isInteger(version)) return "version";
  if (!isInteger(gasLimit)) return "gasLimit";
  if (typeof value !== "bigint") return "value";
  if (typeof gasFeeCap !== "bigint") return "gasFeeCap";
  if (typeof gasPremium !== "bigint") return "gasPremium";
  return params instanceof Uint8Array ? undefined : "params";
}

/** The same message with its integers in the normal form, in which they compare with `===`. */
export function normalMessage(message: Message): Message {
  const { nonce, method, gasLimit } = message;
  if (typeof nonce === "number" && typeof method === "number" && typeof gasLimit === "number") return message;
  const normal = (value: I64): I64 => (typeof value === "bigint" ? i64(value) : value);
  return { ...message, nonce: normal(nonce), method: normal(method), gasLimit: normal(gasLimit) };
}

function isAddress(address: Address): boolean {
  return typeof address === "string" && addressProtocol(address) <= ADDRESS_PROTOCOL.DELEGATED;
}

function isDelegated(address: Address): boolean {
  return addressProtocol(address) === ADDRESS_PROTOCOL.DELEGATED;
}

/** In the normal form, which compares with `===`. */
function isInteger(value: I64): boolean {
  return typeof value === "number" ? Number.isSafeInteger(value) : i64(value) === value;
}

function isU64(value: U64): boolean {
  // Numbers are not compared with bigints: that costs more than all of the rest.
  return isInteger(value) && value >= 0 && (typeof value === "number" || value <= U64_MAX);
}
