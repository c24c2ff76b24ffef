import type { Address } from "../address/address.js";
import { parseAnyAddress } from "../builtin/evm/eth-address.js";
import { parseCid } from "../encoding/cid.js";
import { isFvmError } from "../errors.js";
import { isU256 } from "../ipld/u256.js";
import { prefixedBytes } from "../util/bytes.js";
import { is, isObject } from "../util/check.js";
import { checkOption } from "../util/options.js";
import { asU64 } from "../util/u64.js";
import { type ActorOverride, invalid, type Overrides } from "./overrides.js";

type Read<T> = (value: unknown) => T | undefined;

/** Fields of an override by their names in Ethereum's nodes, and their meaning for an actor. */
const FIELDS: Readonly<Record<string, (value: unknown, option: string) => ActorOverride>> = {
  balance: (value, option) => ({ balance: readAs(integer, value, option, "an integer from 0 on") }),
  nonce: (value, option) => ({
    nonce: readAs((nonce) => asU64(integer(nonce)), value, option, "an integer of 64 bits"),
  }),
  code: (value, option) => ({ bytecode: readAs(bytes, value, option, "bytes as 0x and hexadecimal digits") }),
  state: (value, option) => ({ storage: slots(value, option) }),
  stateDiff: (value, option) => ({ slots: slots(value, option) }),
  actorCode: (value, option) => ({ code: readAs(cid, value, option, "a CID") }),
  actorState: (value, option) => ({
    state: readAs<string | Uint8Array>(
      (state) => bytes(state) ?? cid(state),
      value,
      option,
      "a CID or bytes",
    ) as never,
  }),
};

/** Names in JSON of an override's fields, by this package's names. */
const NAMES: Readonly<Record<string, string>> = {
  bytecode: "code",
  storage: "state",
  slots: "stateDiff",
  code: "actorCode",
  state: "actorState",
};

/** An error about overrides that came from JSON, in JSON's names; any other as it is. */
export function inNamesOfJson(error: unknown): unknown {
  if (!isFvmError(error, "INVALID_OPTION")) return error;
  const { option, reason } = error.details;
  const [, address, field = ""] = /^(overrides\[[ft]\w+\])(.*)$/.exec(option) ?? [];
  if (address === undefined) return error;
  const named = (text: string) => text.replace(/\b[a-z]+\b/g, (word) => NAMES[word] ?? word);
  return invalid(`${address}${named(field)}`, named(reason), error);
}

/**
 * Overrides from the JSON that Ethereum's nodes take: `{"ADDRESS": {"balance", "nonce", "code", "state",
 * "stateDiff"}}`, where `code` is EVM code, `state` the whole storage and `stateDiff` some slots of it. Integers are JSON
 * numbers, `0x` and hexadecimal digits, or decimal text; a balance is in attoFIL. Addresses are Ethereum's or Filecoin's.
 * For any actor there are `actorCode`, a CID, and `actorState`, a CID or a block.
 *
 * @param json as `JSON.parse` returns it
 * @throws FvmError INVALID_OPTION with the path of what is wrong
 */
export function overridesFromJson(json: unknown): Overrides {
  checkOption("overrides", json, isPlain);
  return Object.entries(json as object).map(([name, fields]) => {
    const option = `overrides[${JSON.stringify(name)}]`;
    return [addressOf(name, option), overrideOf(fields, option)] as const;
  });
}

const isPlain = is((value) => isObject(value) === undefined && !Array.isArray(value), "a JSON object");

function addressOf(text: string, option: string): Address {
  try {
    return parseAnyAddress(text);
  } catch (cause) {
    if (isFvmError(cause, "INVALID_ADDRESS")) throw invalid(option, cause.details.reason, cause);
    throw cause;
  }
}

function overrideOf(json: unknown, option: string): ActorOverride {
  checkOption(option, json, isPlain);
  let override: ActorOverride = {};
  for (const [name, value] of Object.entries(json as object)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (field === undefined) {
      throw invalid(
        `${option}.${name}`,
        `there is no such field; there are ${Object.keys(FIELDS).join(", ")}`,
      );
    }
    if (value !== null && value !== undefined)
      override = { ...override, ...field(value, `${option}.${name}`) };
  }
  return override;
}

function slots(json: unknown, option: string): [slot: bigint, value: bigint][] {
  checkOption(option, json, isPlain);
  return Object.entries(json as object).map(([slot, value]) => [
    readAs(word, slot, `${option}, a slot`, "an integer of 256 bits"),
    readAs(word, value, `${option}[${JSON.stringify(slot)}]`, "an integer of 256 bits"),
  ]);
}

function readAs<T>(read: Read<T>, value: unknown, option: string, what: string): T {
  const result = read(value);
  checkOption(
    option,
    value,
    is(() => result !== undefined, what),
  );
  return result as T;
}

function integer(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value >= 0n ? value : undefined;
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return typeof value === "string" && /^(0x[0-9a-f]{1,64}|[0-9]{1,78})$/i.test(value)
    ? BigInt(value)
    : undefined;
}

function word(value: unknown): bigint | undefined {
  const found = integer(value);
  return isU256(found) ? found : undefined;
}

function bytes(value: unknown): Uint8Array | undefined {
  return typeof value === "string" ? prefixedBytes(value) : undefined;
}

function cid(value: unknown): ReturnType<typeof parseCid> | undefined {
  try {
    return typeof value === "string" ? parseCid(value) : undefined;
  } catch {
    return undefined; // text of something else
  }
}
