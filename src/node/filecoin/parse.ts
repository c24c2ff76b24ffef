/**
 * Readers of values in the JSON of Lotus's API: see `json.ts`. As Go's, they take names in any case, ignore what they do
 * not know, and take what is missing or null for nothing. They throw `ParamError` with Go's words.
 */
import type { Address } from "../../address/address.js";
import { parseAddress } from "../../address/text.js";
import { SIGNATURE_TYPES, type Signature, type SignatureType } from "../../chain/types/signature.js";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Message } from "../../message/message.js";
import { noBytes } from "../../util/bytes.js";
import { asI64, asU64, type I64, type U64 } from "../../util/u64.js";
import { MOST_DIGITS } from "../eth/json.js";
import { ParamError } from "../rpc/errors.js";

/** A message as a caller gives it, whatever is missing: Go's zero values, which no chain has. */
export interface GivenMessage extends Omit<Message, "to" | "from"> {
  /** Undefined: none was given. */
  readonly to: Address | undefined;
  /** Undefined: none was given. */
  readonly from: Address | undefined;
}

/** A signed message as a caller gives it. */
export interface GivenSignedMessage {
  readonly message: GivenMessage;
  readonly signature: Signature;
}

/** Options of `GasEstimateMessageGas`. */
export interface GivenSendSpec {
  /** attoFIL; 0: the node's own. */
  readonly maxFee: bigint;
  readonly maximizeFeeCap: boolean;
}

/** The text of Go's address that is none. */
export const NO_ADDRESS = "<empty>";

/** Undefined, as Go's empty address: the text is empty or `<empty>`. */
export function parseGoAddress(json: unknown): Address | undefined {
  const text = goString(json, "address.Address");
  if (text === "" || text === NO_ADDRESS) return undefined;
  try {
    return parseAddress(text);
  } catch (error) {
    if (!(error instanceof FvmError)) throw error;
    throw new ParamError(goAddressError(text), { cause: error });
  }
}

const PROTOCOLS = "01234";
const LONGEST_ADDRESS = 115;
const LONGEST_ID = 19;

/** Source: go-address address.go, `decode`. */
function goAddressError(text: string): string {
  if (text.length > LONGEST_ADDRESS || text.length < 3) return "invalid address length";
  if (!/^[ft]/.test(text)) return "unknown address network";
  if (!PROTOCOLS.includes(text[1] as string)) return "unknown address protocol";
  const body = text.slice(2);
  if (text[1] === "0") return body.length > LONGEST_ID ? "invalid address length" : "invalid address payload";
  const bad = /[^a-z2-7]/.exec(body);
  if (bad !== null && text[1] !== "4") return `illegal base32 data at input byte ${bad.index}`;
  return "invalid address checksum";
}

/** A CID, as `{"/": text}`. */
export function parseCidJson(json: unknown): Cid {
  const { "/": text } = fieldsOf(json, "cid.Cid");
  if (typeof text !== "string") throw new ParamError("invalid cid: cid too short");
  try {
    return parseCid(text);
  } catch (error) {
    if (!(error instanceof FvmError)) throw error;
    throw new ParamError(`invalid cid: ${text.length < 2 ? "cid too short" : "not a CID"}`, { cause: error });
  }
}

/** A tipset's key; undefined, for the head: null, or no CIDs. */
export function parseTipsetKey(json: unknown): readonly Cid[] | undefined {
  if (json === null || json === undefined) return undefined;
  if (!Array.isArray(json)) throw mismatch(json, "[]cid.Cid");
  return json.length === 0 ? undefined : json.map(parseCidJson);
}

export function parseInt64(json: unknown): I64 {
  return integer(json, "int64", asI64);
}

export function parseUint64(json: unknown): U64 {
  return integer(json, "uint64", asU64);
}

/** An epoch, and a height. What no chain reaches is an error, as Go's integers of 64 bits are longer than ours. */
export function parseEpoch(json: unknown): number {
  const value = parseInt64(json);
  if (typeof value === "bigint") throw new ParamError(`${value} is no epoch of any chain`);
  return value;
}

export function parseText(json: unknown): string {
  return goString(json ?? "", "string");
}

export function parseBool(json: unknown): boolean {
  if (json === null || json === undefined) return false;
  if (typeof json !== "boolean") throw mismatch(json, "bool");
  return json;
}

/** An amount or any other large integer, as decimal text. */
export function parseBigInt(json: unknown): bigint {
  if (json === null || json === undefined) return 0n;
  const text = goString(json, "string");
  if (text === "<nil>") return 0n;
  if (!/^[+-]?[0-9]+$/.test(text) || text.length > MOST_DIGITS) {
    throw new ParamError(`failed to parse bigint string: '"${text.slice(0, MOST_DIGITS)}"'`);
  }
  return BigInt(text.replace(/^\+/, ""));
}

/** Base64; null is nothing. */
export function parseBase64(json: unknown): Uint8Array {
  if (json === null || json === undefined) return noBytes();
  const text = goString(json, "[]uint8");
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  if (Buffer.from(bytes).toString("base64") !== text.replace(/[\r\n]/g, "")) {
    const bad = /[^A-Za-z0-9+/=]/.exec(text)?.index ?? text.length;
    throw new ParamError(`illegal base64 data at input byte ${bad}`);
  }
  return bytes;
}

export function parseMessage(json: unknown): GivenMessage {
  const fields = fieldsOf(json, "types.RawMessage");
  return {
    version: parseUint64(fields.version),
    to: optionalAddress(fields.to),
    from: optionalAddress(fields.from),
    nonce: parseUint64(fields.nonce),
    value: parseBigInt(fields.value),
    gasLimit: parseInt64(fields.gaslimit),
    gasFeeCap: parseBigInt(fields.gasfeecap),
    gasPremium: parseBigInt(fields.gaspremium),
    method: parseUint64(fields.method),
    params: parseBase64(fields.params),
  };
}

export function parseSignedMessage(json: unknown): GivenSignedMessage {
  const fields = fieldsOf(json, "types.RawSignedMessage");
  return {
    message: parseMessage(fields.message ?? {}),
    signature: parseSignature(fields.signature ?? {}),
  };
}

export function parseSendSpec(json: unknown): GivenSendSpec | undefined {
  if (json === null || json === undefined) return undefined;
  const fields = fieldsOf(json, "api.MessageSendSpec");
  return { maxFee: parseBigInt(fields.maxfee), maximizeFeeCap: parseBool(fields.maximizefeecap) };
}

const SIGNATURE_NAMES: ReadonlyMap<unknown, SignatureType> = new Map(
  Object.entries(SIGNATURE_TYPES).map(([name, byte]) => [byte, name as SignatureType]),
);

function parseSignature(json: unknown): Signature {
  const fields = fieldsOf(json, "crypto.Signature");
  const type = SIGNATURE_NAMES.get(parseUint64(fields.type));
  if (type === undefined) throw new ParamError("invalid signature type");
  return { type, data: parseBase64(fields.data) };
}

function optionalAddress(json: unknown): Address | undefined {
  return optionalOf(json, parseGoAddress);
}

/** A value that may be left out, or null. */
export function optionalOf<T>(json: unknown, parse: (given: unknown) => T): T | undefined {
  return json === null || json === undefined ? undefined : parse(json);
}

/** An object's fields by their names in small letters. */
export function fieldsOf(json: unknown, goType: string): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw mismatch(json, goType);
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(json)) fields[name.toLowerCase()] = value;
  return fields;
}

function integer<T>(json: unknown, goType: string, read: (value: unknown) => T | undefined): T {
  const value = read(json ?? 0);
  if (value !== undefined) return value;
  if (typeof json === "number" || typeof json === "bigint") {
    throw new ParamError(`json: cannot unmarshal number ${json} into Go value of type ${goType}`);
  }
  throw mismatch(json, goType);
}

function goString(json: unknown, goType: string): string {
  if (typeof json !== "string") throw mismatch(json, goType);
  return json;
}

/** Source: encoding/json, `UnmarshalTypeError`. */
function mismatch(json: unknown, goType: string): ParamError {
  return new ParamError(`json: cannot unmarshal ${kindOf(json)} into Go value of type ${goType}`);
}

function kindOf(json: unknown): string {
  if (Array.isArray(json)) return "array";
  if (typeof json === "boolean") return "bool";
  if (typeof json === "bigint") return "number";
  return json === null ? "null" : typeof json;
}
