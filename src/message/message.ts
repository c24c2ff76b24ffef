import {
  ADDRESS_PROTOCOL,
  type Address,
  addressProtocol,
  isAddress,
  parseAddressBytes,
} from "../address/address.js";
import { FvmError } from "../errors.js";
import {
  type CborReader,
  type CborWriter,
  type Codec,
  decodeCbor,
  encodeCbor,
  encodeCborLatin1,
} from "../ipld/cbor.js";
import { asBytes, ownBytes } from "../util/bytes.js";
import { shown } from "../util/check.js";
import { kindOf } from "../util/kind-of.js";
import { asI64, asU64, type I64, I64_MAX, type U64 } from "../util/u64.js";
import type { Gas } from "./gas.js";
import { fitsToken, MAX_BIG_INTEGER_BYTES, readToken, writeToken } from "./token.js";

/** Bytes that a signature of 65 bytes adds: its type, its header, and the header of the pair with the message. */
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
  readonly gasLimit: Gas;
  /** attoFIL per gas. */
  readonly gasFeeCap: bigint;
  /** attoFIL per gas. */
  readonly gasPremium: bigint;
  readonly method: U64;
  readonly params: Uint8Array;
}

/** A network version's rules for messages. */
export interface MessageRules {
  readonly executor: {
    /** Version and gas limit are signed 64-bit integers; otherwise unsigned ones. */
    readonly signedMessageIntegers: boolean;
  };
  readonly state: {
    /** f4 addresses exist. */
    readonly delegatedAddresses: boolean;
  };
}

/** From network version 18 on. */
const CURRENT: MessageRules = {
  executor: { signedMessageIntegers: false },
  state: { delegatedAddresses: true },
};

/** Messages as a network version writes and reads them. */
function messageCodecOf({ executor, state }: MessageRules): Codec<Message> {
  const rules = { delegated: state.delegatedAddresses };
  const integer = (reader: CborReader): I64 => (executor.signedMessageIntegers ? reader.i64() : reader.u64());
  return {
    encode: writeMessage,
    decode(reader) {
      reader.tuple(10);
      return {
        version: integer(reader),
        to: parseAddressBytes(reader.bytes(), rules),
        from: parseAddressBytes(reader.bytes(), rules),
        nonce: reader.u64(),
        value: readToken(reader),
        gasLimit: integer(reader),
        gasFeeCap: readToken(reader),
        gasPremium: readToken(reader),
        method: reader.u64(),
        params: new Uint8Array(reader.bytes()),
      };
    },
  };
}

/** As network versions from 18 on have it. */
export const messageCodec = messageCodecOf(CURRENT);

function writeMessage(message: Message, writer: CborWriter): void {
  writer.array(10).i64(message.version).latin1(message.to).latin1(message.from).u64(message.nonce);
  writeToken(writer, message.value);
  writer.i64(message.gasLimit);
  writeToken(writer, message.gasFeeCap);
  writeToken(writer, message.gasPremium);
  writer.u64(message.method).bytes(message.params);
}

/** A message's CBOR. Throws `FvmError` INVALID_MESSAGE. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeCbor(messageCodec, wellFormed(message));
}

/** As `encodeMessage`, as a latin1 string: far cheaper than an array. */
export function encodeMessageLatin1(message: Message): string {
  return encodeCborLatin1(messageCodec, wellFormed(message));
}

/**
 * Bytes of a message as the chain stores it, if the sender's address is of the kind that signed it: with
 * a signature of 65 bytes for f1 and f4, without one for others (BLS signatures are aggregated).
 *
 * @param signer address of the key that signs. Default: the sender as it is written
 */
export function storedLength(message: Message, signer = message.from): number {
  const protocol = addressProtocol(signer);
  const isSigned = protocol === ADDRESS_PROTOCOL.SECP256K1 || protocol === ADDRESS_PROTOCOL.DELEGATED;
  return encodeCborLatin1(messageCodec, message).length + (isSigned ? SIGNATURE_BYTES : 0);
}

/**
 * Reads a message as the reference does at a network version: integers that are negative, and f4 addresses,
 * are read where it has them. Throws `FvmError` INVALID_MESSAGE.
 *
 * @param network what `networkVersion` returns. Default: the newest.
 */
export function decodeMessage(data: Uint8Array, network?: { readonly rules: MessageRules }): Message {
  if (network !== undefined && !hasRules(network)) {
    throw new FvmError("INVALID_OPTION", { option: "network", reason: "not what networkVersion returns" });
  }
  const bytes = asBytes(data);
  if (bytes === undefined) throw invalid("message", `${kindOf(data)} instead of bytes`);
  try {
    return decodeCbor(network === undefined ? messageCodec : messageCodecOf(network.rules), bytes);
  } catch (cause) {
    throw new FvmError("INVALID_MESSAGE", { field: "message", reason: "not a message's CBOR" }, { cause });
  }
}

/**
 * The message with its integers in the normal form, in which they compare with `===`, and parameters that
 * nobody else can change. Throws `FvmError` INVALID_MESSAGE if no chain can have the message.
 */
export function executableMessage(message: Message, { executor, state }: MessageRules): Message {
  const checked = wellFormed(message);
  const { version, gasLimit, to, from } = checked;
  if (gasLimit <= 0 || (typeof gasLimit === "bigint" && gasLimit > I64_MAX)) {
    throw invalid("gasLimit", `${gasLimit} is not between 1 and 2^63 - 1`);
  }
  if (executor.signedMessageIntegers ? version > I64_MAX : version < 0) {
    throw invalid("version", `${version} is out of range in this network version`);
  }
  if (!state.delegatedAddresses) {
    for (const [field, address] of [["to", to] as const, ["from", from] as const]) {
      if (isDelegated(address)) throw invalid(field, "f4 addresses do not exist in this network version");
    }
  }
  return checked;
}

/** A message whose fields are what `Message` says, however it came here. */
class WellFormedMessage implements Message {
  readonly #isWellFormed = true;

  constructor(
    readonly version: I64,
    readonly to: Address,
    readonly from: Address,
    readonly nonce: U64,
    readonly value: bigint,
    readonly gasLimit: Gas,
    readonly gasFeeCap: bigint,
    readonly gasPremium: bigint,
    readonly method: U64,
    readonly params: Uint8Array,
  ) {}

  static is(message: Message): message is WellFormedMessage {
    return #isWellFormed in message;
  }
}

/** Checks each field, once: what was checked is what is used. Throws `FvmError` INVALID_MESSAGE. */
function wellFormed(message: Message): Message {
  if (typeof message !== "object" || message === null) {
    throw invalid("message", `${kindOf(message)} instead of an object`);
  }
  if (WellFormedMessage.is(message)) return message;
  try {
    const { version, to, from, nonce, value, gasLimit, gasFeeCap, gasPremium, method, params } = message;
    return new WellFormedMessage(
      integer("version", version),
      address("to", to),
      address("from", from),
      unsigned("nonce", nonce),
      amount("value", value),
      integer("gasLimit", gasLimit),
      amount("gasFeeCap", gasFeeCap),
      amount("gasPremium", gasPremium),
      unsigned("method", method),
      bytes("params", params),
    );
  } catch (cause) {
    if (cause instanceof FvmError) throw cause;
    throw new FvmError("INVALID_MESSAGE", { field: "message", reason: "a field cannot be read" }, { cause });
  }
}

function hasRules(network: unknown): boolean {
  const rules = (network as { rules?: Partial<MessageRules> } | null)?.rules;
  return rules?.executor !== undefined && rules.state !== undefined;
}

/** A field, or `message` if it is none in particular. */
type Field = keyof Message | "message";

function invalid(field: Field, reason: string): FvmError {
  return new FvmError("INVALID_MESSAGE", { field, reason });
}

const ALL_ADDRESSES = { delegated: true };

function address(field: Field, value: unknown): Address {
  if (isAddress(value, ALL_ADDRESSES)) return value;
  throw typeof value === "string"
    ? invalid(field, "not an address in byte form; parseAddress reads text")
    : invalid(field, `${kindOf(value)} instead of an address`);
}

function unsigned(field: Field, value: unknown): U64 {
  return asU64(value) ?? refuseInteger(field, value, "0 to 2^64 - 1");
}

/** Signed or unsigned: that depends on the network version. */
function integer(field: Field, value: unknown): I64 {
  return asI64(value) ?? asU64(value) ?? refuseInteger(field, value, "64 bits");
}

function refuseInteger(field: Field, value: unknown, range: string): never {
  throw invalid(field, `${shown(value)} is not an integer of ${range}`);
}

function amount(field: Field, value: unknown): bigint {
  if (typeof value !== "bigint") throw invalid(field, `${kindOf(value)} instead of a bigint of attoFIL`);
  if (!fitsToken(value)) throw invalid(field, `longer than ${MAX_BIG_INTEGER_BYTES} bytes`);
  return value;
}

function bytes(field: Field, value: unknown): Uint8Array {
  const own = ownBytes(value);
  if (own === undefined) throw invalid(field, `${kindOf(value)} instead of bytes`);
  return own;
}

function isDelegated(address: Address): boolean {
  return addressProtocol(address) === ADDRESS_PROTOCOL.DELEGATED;
}
