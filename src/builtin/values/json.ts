import { ADDRESS_PROTOCOL, type Address, addressProtocol } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { cidText } from "../../encoding/cid.js";
import { hex } from "../../util/bytes.js";
import { filecoinToEth } from "../evm/eth-address.js";
import type { DecodedValue, Range } from "./value.js";

/** Values that `JSON.stringify` writes as they are. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How addresses are written. */
export interface ShownOptions {
  /** `f` on mainnet, `t` on test networks. Default `f`. */
  readonly letter?: NetworkLetter;
}

/**
 * A decoded value as JSON.
 *
 * * integers: numbers; decimal text beyond 2^53, and always where they may be of any size (powers, data cap)
 * * amounts: decimal text, in 10^-18 of their unit: attoFIL
 * * named numbers: `{ value, name }`
 * * bytes: `0x` and hexadecimal digits
 * * addresses, CIDs: their usual text; f410 addresses: `{ address, eth }`
 * * bit fields: pairs of first and last integer
 * * records, and maps from different texts: objects; other maps: pairs of key and value
 *
 * Where items are left out, `{ omitted }` stands at the end; `{ cut }` stands for that number of bytes.
 */
export function toJson(value: DecodedValue, options: ShownOptions = {}): Json {
  switch (value.kind) {
    case "null":
      return null;
    case "bool":
    case "text":
      return value.value;
    case "integer":
      return integer(value.value);
    case "float":
      return Number.isFinite(value.value) ? value.value : String(value.value);
    case "amount":
      return value.value.toString();
    case "named":
      return { value: integer(value.value), name: value.name };
    case "bytes":
      return `0x${hex(value.value)}`;
    case "address":
      return addressJson(value.value, options.letter);
    case "cid":
      return cidText(value.value);
    case "ranges":
      return withOmitted(value.ranges.map(pair), value.omitted);
    case "list":
      return withOmitted(
        value.items.map((item) => toJson(item, options)),
        value.omitted,
      );
    case "record":
      return Object.fromEntries(value.fields.map(({ name, value: field }) => [name, toJson(field, options)]));
    case "map":
      return mapJson(value, options);
    case "cut":
      return { cut: value.bytes };
  }
}

function addressJson(value: Address, letter: NetworkLetter | undefined): Json {
  const address = formatAddress(value, letter);
  const eth = addressProtocol(value) === ADDRESS_PROTOCOL.DELEGATED ? filecoinToEth(value) : undefined;
  return eth === undefined ? address : { address, eth };
}

function integer(value: number | bigint): Json {
  return typeof value === "number" ? value : value.toString();
}

function pair([first, last]: Range): Json {
  return [integer(first), integer(last)];
}

function withOmitted(items: readonly Json[], omitted: number): Json {
  return omitted === 0 ? items : [...items, { omitted }];
}

function mapJson({ entries, omitted }: DecodedValue & { kind: "map" }, options: ShownOptions): Json {
  const names = new Set(entries.map(([key]) => (key.kind === "text" ? key.value : undefined)));
  const isObject = omitted === 0 && names.size === entries.length && !names.has(undefined);
  if (isObject) {
    return Object.fromEntries(
      entries.map(([key, item]) => [key.kind === "text" ? key.value : "", toJson(item, options)]),
    );
  }
  return withOmitted(
    entries.map(([key, item]) => [toJson(key, options), toJson(item, options)]),
    omitted,
  );
}
