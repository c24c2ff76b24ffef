/** Parameters as Hardhat's and anvil's methods take them: numbers in any form. */

import type { Address } from "../../../address/address.js";
import { parseAnyAddress } from "../../../builtin/evm/eth-address.js";
import { hexBytes, prefixedBytes } from "../../../util/bytes.js";
import { ParamError } from "../../rpc/errors.js";
import { decoded, type Schema } from "../../rpc/schema.js";

const WORD = 32;
const NUMBER = {
  anyOf: [{ type: "string" as const, pattern: "^(0x[0-9a-fA-F]+|[0-9]+)$" }, { type: "number" as const }],
};

/** An integer from 0 on, below 2^256. */
export const amount: Schema<bigint> = decoded({ name: "Amount", go: "big.Int", json: NUMBER }, readInteger);

/** An integer from 0 on that a number holds. */
export const count: Schema<number> = decoded({ name: "Count", go: "uint64", json: NUMBER }, (value) => {
  const integer = Number(readInteger(value));
  if (Number.isSafeInteger(integer)) return integer;
  throw new ParamError(`${integer} is too large`);
});

/** As `count`, below 0 too. */
export const offset: Schema<number> = decoded({ name: "Offset", go: "int64", json: NUMBER }, (value) => {
  const isNegative =
    typeof value === "number" ? value < 0 : typeof value === "string" && value.startsWith("-");
  const integer = Number(readInteger(isNegative ? String(value).slice(1) : value));
  if (Number.isSafeInteger(integer)) return isNegative ? -integer : integer;
  throw new ParamError(`${integer} is too large`);
});

/** An address of Ethereum or Filecoin. */
export const anyAddress: Schema<Address> = decoded(
  { name: "AnyAddress", go: "ethtypes.EthAddress", json: { type: "string" } },
  (value) => parseAnyAddress(textOf(value)),
);

/** Bytes of any number. */
export const bytes: Schema<Uint8Array> = decoded(
  { name: "Bytes", go: "ethtypes.EthBytes", json: { type: "string", pattern: "^0x([0-9a-fA-F]{2})*$" } },
  (value) => {
    const found = prefixedBytes(textOf(value));
    if (found === undefined) throw new ParamError("it is not 0x and pairs of hexadecimal digits");
    return found;
  },
);

/** 32 bytes, as an integer; fewer of them, too. */
export const word: Schema<bigint> = decoded(
  { name: "Word", go: "ethtypes.EthHash", json: { type: "string", pattern: "^0x[0-9a-fA-F]{0,64}$" } },
  readInteger,
);

/** Exactly 32 bytes. */
export const bytes32: Schema<Uint8Array> = decoded(
  { name: "Bytes32", go: "ethtypes.EthHash", json: { type: "string", pattern: "^0x[0-9a-fA-F]{64}$" } },
  (value) =>
    hexBytes(
      readInteger(value)
        .toString(16)
        .padStart(2 * WORD, "0"),
    ),
);

function readInteger(value: unknown): bigint {
  if (typeof value === "bigint" && value >= 0n) return limited(value);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^(0x[0-9a-f]*|[0-9]+)$/i.test(value) && value.length <= MOST_DIGITS) {
    return limited(/^0x$/i.test(value) ? 0n : BigInt(value));
  }
  throw new ParamError(`${typeof value === "object" ? "an object" : String(value)} is no integer from 0 on`);
}

/** Longer texts are no integers of 256 bits in any form, with or without a sign. */
export const MOST_DIGITS = 80;

function limited(value: bigint): bigint {
  if (value < 1n << 256n) return value;
  throw new ParamError("it is not below 2^256");
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new ParamError("it is no text");
}
