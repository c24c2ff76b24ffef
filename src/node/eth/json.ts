/** Ethereum's JSON: values as parameters bear them, read as Lotus reads them (chain/types/ethtypes), and as answers do. */
import * as v from "valibot";
import type { EthAddress } from "../../builtin/evm/index.js";
import { type Cid, parseCid } from "../../encoding/cid.js";
import type { Hex } from "../../inspect/tracers/index.js";
import { hexBytes } from "../../util/bytes.js";
import { U64_MAX } from "../../util/u64.js";
import { ParamError } from "../rpc/errors.js";
import { jsonOf } from "../rpc/json.js";
import { decoded, named, type Schema } from "../rpc/schema.js";

/** A hash: `0x` and 64 digits of lower case. */
export type EthHash = Hex;

const ADDRESS_DIGITS = 40;
const HASH_DIGITS = 64;

/** Up to 2^64 - 1: hexadecimal digits after `0x`, a decimal text, or a number. */
export const quantity64: Schema<bigint> = decoded(
  { name: "Quantity64", go: "ethtypes.EthUint64", json: hexPattern("0x([1-9a-f][0-9a-f]{0,15}|0)") },
  readU64,
);

/** A whole number of any size, hexadecimal. As Lotus has it, a text that is none is 0. */
export const quantityParam: Schema<bigint> = decoded(
  { name: "Quantity", go: "ethtypes.EthBigInt", json: hexPattern("0x([1-9a-f][0-9a-f]*|0)") },
  (value) => {
    const digits = goString(value).replaceAll("0x", "");
    if (!/^[0-9a-f]+$/i.test(digits)) return 0n;
    const number = integerOf(digits, true);
    if (number === undefined) throw new ParamError(`more than ${MOST_DIGITS} digits`);
    return number;
  },
);

/** Bytes: hexadecimal digits; a first zero may lack. */
export const dataParam: Schema<Uint8Array> = decoded(
  { name: "Data", go: "ethtypes.EthBytes", json: hexPattern("0x([0-9a-f]{2})*") },
  (value) => {
    const digits = goString(value).replaceAll("0x", "");
    return bytesOf(digits.length % 2 === 0 ? digits : `0${digits}`, "");
  },
);

/** An address, in lower case. */
export const addressParam: Schema<EthAddress> = decoded(
  { name: "Address", go: "ethtypes.EthAddress", json: hexPattern("0x[0-9a-fA-F]{40}") },
  (value) => fixedHex(goString(value), ADDRESS_DIGITS),
);

/** A hash. */
export const hashParam: Schema<EthHash> = decoded(
  { name: "Hash", go: "ethtypes.EthHash", json: hexPattern("0x[0-9a-f]{64}") },
  (value) => fixedHex(goString(value), HASH_DIGITS),
);

/** The CID of a message. */
export const cidParam: Schema<Cid> = decoded(
  { name: "Cid", go: "cid.Cid", json: { type: "object", properties: { "/": { type: "string" } } } },
  (value) => {
    const text = (value as { readonly "/"?: unknown } | null)?.["/"];
    if (typeof text !== "string") throw new ParamError("invalid cid: no object with a text at /");
    return parseCid(text);
  },
);

export const flagParam: Schema<boolean> = named(v.boolean(), { go: "bool" });

/** A text. */
export const textParam: Schema<string> = named(v.string(), { go: "string" });

/** Names of blocks. */
export type BlockTag = (typeof BLOCK_TAGS)[number];
const BLOCK_TAGS = ["earliest", "pending", "latest", "finalized", "safe"] as const;

/** A block that a caller means. `none`: one of which nothing is said. */
export type BlockParam =
  | { readonly kind: "tag"; readonly tag: BlockTag }
  | { readonly kind: "number"; readonly number: bigint }
  | { readonly kind: "hash"; readonly hash: EthHash; readonly requireCanonical: boolean }
  | { readonly kind: "none" };

export const LATEST: BlockParam = { kind: "tag", tag: "latest" };

/** A block by tag, number or hash (EIP-1898). */
export const blockParam: Schema<BlockParam> = decoded(
  {
    name: "BlockNumberOrTagOrHash",
    go: "ethtypes.EthBlockNumberOrHash",
    json: {
      anyOf: [
        { enum: [...BLOCK_TAGS] },
        hexPattern("0x[0-9a-f]+"),
        { type: "object", properties: { blockNumber: hexPattern("0x[0-9a-f]+") } },
        {
          type: "object",
          properties: { blockHash: hexPattern("0x[0-9a-f]{64}"), requireCanonical: { type: "boolean" } },
        },
      ],
    },
  },
  readBlock,
);

/** A block by tag or number. What is neither is refused when it is looked for, as in Lotus. */
export const blockNumberParam: Schema<string> = named(v.string(), {
  name: "BlockNumberOrTag",
  go: "string",
  json: { anyOf: [{ enum: [...BLOCK_TAGS] }, hexPattern("0x[0-9a-f]+")] },
});

export function isBlockTag(text: string): text is BlockTag {
  return (BLOCK_TAGS as readonly string[]).includes(text);
}

/** A number as a text of Lotus's: hexadecimal after `0x`, else decimal. Throws `ParamError`. */
export function u64OfText(text: string): bigint {
  const isHex = text.startsWith("0x");
  const digits = isHex ? text.slice(2) : text;
  const refuse = (reason: string) =>
    new ParamError(`strconv.ParseUint: parsing ${JSON.stringify(digits)}: ${reason}`);
  if (!(isHex ? /^[0-9a-f]+$/i : /^[0-9]+$/).test(digits)) throw refuse("invalid syntax");
  const number = integerOf(digits, isHex);
  if (number === undefined || number > U64_MAX) throw refuse("value out of range");
  return number;
}

/** Digits of the largest integers that messages hold (128 bytes). */
export const MOST_DIGITS = 310;

/** The integer that digits are, however many zeros come first; `undefined` if it is longer than any that counts. */
function integerOf(digits: string, isHex: boolean): bigint | undefined {
  const first = digits.search(/[^0]/);
  const rest = first === -1 ? "0" : digits.slice(first);
  // The time that many digits take grows with their square.
  return rest.length > MOST_DIGITS ? undefined : BigInt(isHex ? `0x${rest}` : rest);
}

function readU64(value: unknown): bigint {
  if (value === null || typeof value === "string") return u64OfText(value ?? "");
  const isWhole = typeof value === "bigint" || Number.isInteger(value);
  const number = isWhole ? BigInt(value as number | bigint) : -1n;
  if (number >= 0n && number <= U64_MAX) return number;
  throw new ParamError(`cannot interpret ${jsonOf(value)} as a hex-encoded uint64, or a number`);
}

function readBlock(value: unknown): BlockParam {
  if (value === null) return { kind: "none" };
  if (typeof value === "object" && !Array.isArray(value)) return readBlockObject(value);
  const text = goString(value);
  if (isBlockTag(text)) return { kind: "tag", tag: text };
  if (text.length === 2 + HASH_DIGITS && text.startsWith("0x")) {
    return { kind: "hash", hash: fixedHex(text, HASH_DIGITS), requireCanonical: false };
  }
  try {
    return { kind: "number", number: u64OfText(text) };
  } catch (error) {
    if (!(error instanceof ParamError)) throw error;
    throw new ParamError("invalid block param");
  }
}

/** Members that cannot be read make Lotus take the whole for a text, which an object is not. */
function readBlockObject(value: object): BlockParam {
  const { blockNumber, blockHash, requireCanonical = false } = value as Readonly<Record<string, unknown>>;
  const number = blockNumber ?? undefined;
  const hash = blockHash ?? undefined;
  try {
    const read = {
      number: number === undefined ? undefined : readU64(number),
      hash: hash === undefined ? undefined : fixedHex(goString(hash), HASH_DIGITS),
    };
    if (typeof (requireCanonical ?? false) !== "boolean") throw new ParamError("");
    if (read.number !== undefined && read.hash !== undefined) {
      throw new BothGiven("cannot specify both blockNumber and blockHash");
    }
    if (read.number !== undefined) return { kind: "number", number: read.number };
    if (read.hash === undefined) return { kind: "none" };
    return { kind: "hash", hash: read.hash, requireCanonical: requireCanonical === true };
  } catch (error) {
    if (error instanceof BothGiven || !(error instanceof ParamError)) throw error;
    throw new ParamError("json: cannot unmarshal object into Go value of type string");
  }
}

class BothGiven extends ParamError {}

/** A value that Go reads into a text: null is the empty one. */
function goString(value: unknown): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  throw new ParamError(`json: cannot unmarshal ${goKind(value)} into Go value of type string`);
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" ? "number" : typeof value;
}

/** `0x` and so many digits, in lower case; in the text the prefix may lack, and a first zero. */
function fixedHex(text: string, digits: number): Hex {
  const bare = /^0x/i.test(text) ? text.slice(2) : text;
  const padded = bare.length % 2 === 0 ? bare : `0${bare}`;
  if (padded.length !== digits) {
    throw new ParamError(`expected hex string length sans prefix ${digits}, got ${padded.length}`);
  }
  bytesOf(padded, "cannot parse hex value: ");
  return `0x${padded.toLowerCase()}`;
}

function bytesOf(digits: string, before: string): Uint8Array {
  const bad = /[^0-9a-f]/i.exec(digits);
  if (bad === null) return hexBytes(digits);
  const point = digits.codePointAt(bad.index) as number;
  const name = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  throw new ParamError(`${before}encoding/hex: invalid byte: ${name} '${String.fromCodePoint(point)}'`);
}

function hexPattern(pattern: string): { readonly type: "string"; readonly pattern: string } {
  return { type: "string", pattern: `^${pattern}$` };
}
