import { readFileSync, statSync } from "node:fs";
import { parseAnyAddress } from "../../builtin/evm/eth-address.js";
import { FvmError, isFvmError } from "../../errors.js";
import { CborReader } from "../../ipld/cbor.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import { decodeMessage, encodeMessage, type Message } from "../../message/message.js";
import { Fields, parseExactJson } from "../../tools/vectors/fields.js";
import { hexBytes, isHexPairs } from "../../util/bytes.js";
import type { Machine } from "../../vm/machine/machine.js";
import type { NetworkVersion } from "../../vm/network/version.js";
import { shownText } from "./values.js";

/** Bytes that nodes pass on at most. Source: Lotus chain/messagepool/messagepool.go, `MaxMessageSize`. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Bytes of a file that may hold such a message, as JSON with blanks. */
const MAX_FILE_BYTES = 16 * MAX_MESSAGE_BYTES;
const BLS_SIGNATURE = 2;
const ARRAY_OF_2 = 0x82;
const NOTHING = new Uint8Array();

/** A message that somebody wrote, who may have left out what a wallet would fill in. */
export interface WrittenMessage {
  readonly message: Omit<Message, "nonce" | "gasLimit"> & Partial<Pick<Message, "nonce" | "gasLimit">>;
  /** Bytes of the message as the chain stores it, if that is known: it came with its signature. */
  readonly rawLength: number | undefined;
}

/**
 * A message in Lotus's JSON, in hexadecimal CBOR, or `@FILE` with either or the CBOR itself; signed or not.
 * Throws `FvmError` INVALID_MESSAGE, and the file system's errors.
 */
export function readMessage(text: string, network: NetworkVersion): WrittenMessage {
  const written = text.startsWith("@") ? readFile(text.slice(1), network) : readText(text, network);
  const { message, rawLength } = written;
  const size = rawLength ?? encodeMessage({ nonce: 0, gasLimit: 1, ...message }).length;
  return size <= MAX_MESSAGE_BYTES ? written : tooLarge(size);
}

/** The message as it is executed: with the sender's next nonce and the gas limit of a block where it has none. */
export async function completeMessage({ message }: WrittenMessage, machine: Machine): Promise<Message> {
  const nonce = message.nonce ?? (await machine.getActor(message.from))?.nonce ?? 0;
  return { ...message, nonce, gasLimit: message.gasLimit ?? BLOCK_GAS_LIMIT };
}

function readFile(path: string, network: NetworkVersion): WrittenMessage {
  const { size } = statSync(path);
  if (size > MAX_FILE_BYTES) return tooLarge(size);
  const bytes = readFileSync(path);
  // An array's head, which no text begins with.
  return (bytes[0] ?? 0) >= 0x80 ? fromCbor(bytes, network) : readText(bytes.toString("utf8"), network);
}

function readText(text: string, network: NetworkVersion): WrittenMessage {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return fromJson(trimmed);
  const digits = trimmed.replace(/^0x/i, "");
  if (digits === "" || !isHexPairs(digits)) {
    return invalid("message", "neither JSON nor CBOR in hexadecimal");
  }
  return fromCbor(hexBytes(digits), network);
}

function fromCbor(bytes: Uint8Array, network: NetworkVersion): WrittenMessage {
  if (bytes[0] !== ARRAY_OF_2) return { message: decodeMessage(bytes, network), rawLength: undefined };
  try {
    const reader = new CborReader(bytes);
    reader.tuple(2);
    const encoded = reader.raw();
    const [type] = reader.bytes();
    reader.end();
    const message = decodeMessage(encoded, network);
    // BLS signatures of a block are aggregated, and stored elsewhere.
    return { message, rawLength: type === BLS_SIGNATURE ? encoded.length : bytes.length };
  } catch (cause) {
    if (!isFvmError(cause, "INVALID_CBOR")) throw cause;
    throw new FvmError("INVALID_MESSAGE", { field: "message", reason: "not a message's CBOR" }, { cause });
  }
}

/** The fields of Lotus's JSON; `CID` is what the others make. As in Go, case does not matter. */
const FIELDS = [
  ...["Version", "To", "From", "Nonce", "Value", "GasLimit", "GasFeeCap", "GasPremium", "Method", "Params"],
  "CID",
];
const SIGNED_FIELDS = ["Message", "Signature", "CID"];

function fromJson(text: string): WrittenMessage {
  try {
    const value = parseExactJson(text, "");
    if (!isSigned(value)) return { message: messageOf(value), rawLength: undefined };
    const signed = Fields.of(named(value, SIGNED_FIELDS), "");
    const message = messageOf(named(value, SIGNED_FIELDS).Message);
    return { message, rawLength: signedLength(message, signed) };
  } catch (error) {
    if (!isFvmError(error, "INVALID_VECTOR")) throw error;
    const { field, reason } = error.details;
    return invalid(field === "(top)" ? "message" : field, reason, error);
  }
}

function isSigned(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((name) => name.toLowerCase() === "message");
}

function messageOf(value: unknown): WrittenMessage["message"] {
  const fields = Fields.of(named(value, FIELDS), "");
  const amount = (name: string) => fields.optional(name, fields.bigint, 0n);
  return {
    version: fields.optional("Version", fields.u64, 0),
    to: address(fields, "To"),
    from: address(fields, "From"),
    value: amount("Value"),
    gasFeeCap: amount("GasFeeCap"),
    gasPremium: amount("GasPremium"),
    method: fields.optional("Method", fields.u64, 0),
    params: fields.optional("Params", fields.base64, NOTHING),
    ...(fields.has("Nonce") && { nonce: fields.u64("Nonce") }),
    ...(fields.has("GasLimit") && { gasLimit: fields.u64("GasLimit") }),
  };
}

/** The object with its fields as Lotus writes them. */
function named(value: unknown, fields: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isObject(value)) return invalid("message", "not an object");
  const names = new Map(fields.map((name) => [name.toLowerCase(), name]));
  const entries = Object.entries(value).map(([name, field]) => {
    const known = names.get(name.toLowerCase());
    return [
      known ?? invalid(shownText(name), `there is no such field; there are ${fields.join(", ")}`),
      field,
    ];
  });
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function address(fields: Fields, name: string) {
  const text = fields.has(name) ? fields.string(name) : fields.fail(name, "missing");
  try {
    return parseAnyAddress(text);
  } catch (cause) {
    if (isFvmError(cause, "INVALID_ADDRESS")) return fields.fail(name, cause.details.reason, cause);
    throw cause;
  }
}

function signedLength(message: WrittenMessage["message"], signed: Fields): number | undefined {
  if (message.nonce === undefined || message.gasLimit === undefined) return undefined;
  const { length } = encodeMessage({ nonce: 0, gasLimit: 1, ...message });
  const signature = signed.object("Signature");
  if (signature.integer("Type") === BLS_SIGNATURE) return length;
  const size = signature.base64("Data").length + 1;
  return length + 1 + (size < 24 ? 1 : size < 256 ? 2 : 3) + size;
}

function tooLarge(size: number): never {
  return invalid("message", `${size} bytes, and nodes pass on none above ${MAX_MESSAGE_BYTES}`);
}

function invalid(field: string, reason: string, cause?: unknown): never {
  throw new FvmError("INVALID_MESSAGE", { field, reason }, { cause });
}
