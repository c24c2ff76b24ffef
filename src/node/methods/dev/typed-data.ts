/** Typed data (EIP-712) as clients write it in JSON. */
import { MOST_DIGITS } from "./params.js";

/** A member of a structure. */
interface Member {
  readonly name: string;
  readonly type: string;
}
type Types = Readonly<Record<string, readonly Member[]>>;
type Json = Readonly<Record<string, unknown>>;

/** Members of a domain, in their order. */
const DOMAIN: readonly Member[] = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
  { name: "salt", type: "bytes32" },
];

/**
 * Typed data with integers as bigints, whether they were texts or numbers, and with the domain's type, which may be left
 * out. Throws `TypeError` and `SyntaxError` on what is none.
 */
export function wholeTypedData(data: object): object {
  const { types: given, domain = {}, message, primaryType } = data as Json & { types: Types; domain?: Json };
  const types: Types = { EIP712Domain: DOMAIN.filter(({ name }) => Object.hasOwn(domain, name)), ...given };
  return {
    types,
    primaryType,
    domain: wholeValue(types, "EIP712Domain", domain),
    message: wholeValue(types, `${primaryType}`, message),
  };
}

function wholeValue(types: Types, type: string, value: unknown): unknown {
  const item = /^(.*)\[\d*\]$/.exec(type)?.[1];
  if (item !== undefined) return (value as readonly unknown[]).map((each) => wholeValue(types, item, each));
  const members = types[type];
  if (members !== undefined) {
    return Object.fromEntries(
      members.map((member) => [member.name, wholeValue(types, member.type, (value as Json)[member.name])]),
    );
  }
  return /^u?int\d*$/.test(type) ? whole(value as string | number | bigint) : value;
}

function whole(value: string | number | bigint): bigint {
  if (typeof value === "string" && value.length > MOST_DIGITS)
    throw new RangeError(`an integer of ${value.length} digits`);
  return BigInt(value);
}
