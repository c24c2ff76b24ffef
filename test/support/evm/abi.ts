/** As much of Solidity's ABI as the tests need: values of one word, and byte strings. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";

/** Numbers are bigints; addresses and `bytesN` are hex text with 0x; `bytes` are bytes. */
export type AbiValue = bigint | boolean | string | Uint8Array;

export const WORD = 32;

export interface AbiFunction {
  readonly selector: Uint8Array;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Reads `name(type,type) returns (type)`. */
export function abiFunction(signature: string): AbiFunction {
  const [, name, inputs, outputs] = /^(\w+\((.*?)\))(?: returns \((.*)\))?$/.exec(signature) ?? [];
  if (name === undefined) throw new Error(`no signature: ${signature}`);
  return { selector: keccak(name).subarray(0, 4), inputs: types(inputs), outputs: types(outputs) };
}

export function encodeCall({ selector, inputs }: AbiFunction, values: readonly AbiValue[]): Uint8Array {
  return concatBytes(selector, encodeAbi(inputs, values));
}

export function encodeAbi(types: readonly string[], values: readonly AbiValue[]): Uint8Array {
  if (types.length !== values.length) throw new Error(`${values.length} values of ${types.length}`);
  const heads: Uint8Array[] = [];
  const tails: Uint8Array[] = [];
  let end = WORD * types.length;
  for (const [index, value] of values.entries()) {
    if (!isDynamic(types[index])) {
      heads.push(word(value));
      continue;
    }
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : (value as Uint8Array);
    const tail = concatBytes(word(BigInt(bytes.length)), padded(bytes));
    heads.push(word(BigInt(end)));
    tails.push(tail);
    end += tail.length;
  }
  return concatBytes(...heads, ...tails);
}

export function decodeAbi(types: readonly string[], data: Uint8Array): AbiValue[] {
  return types.map((type, index) => {
    const head = slice(data, WORD * index, WORD);
    if (!isDynamic(type)) return decodeWord(type, head);
    const at = Number(toBigInt(head));
    const bytes = slice(data, at + WORD, Number(toBigInt(slice(data, at, WORD))));
    return type === "string" ? new TextDecoder().decode(bytes) : bytes;
  });
}

/** One word: numbers to the right, `bytesN` to the left; hex text of 20 bytes is an address. */
export function word(value: AbiValue): Uint8Array {
  if (typeof value === "boolean") return word(value ? 1n : 0n);
  if (typeof value === "bigint")
    return hexToBytes(
      BigInt.asUintN(256, value)
        .toString(16)
        .padStart(2 * WORD, "0"),
    );
  const bytes = typeof value === "string" ? fromHex(value) : value;
  const filling = new Uint8Array(WORD - bytes.length);
  return bytes.length === 20 ? concatBytes(filling, bytes) : concatBytes(bytes, filling);
}

export function keccak(data: Uint8Array | string): Uint8Array {
  return keccak_256(typeof data === "string" ? new TextEncoder().encode(data) : data);
}

export function toHex(bytes: Uint8Array): string {
  return `0x${bytesToHex(bytes)}`;
}

export function fromHex(text: string): Uint8Array {
  return hexToBytes(text.slice(2));
}

export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes));
}

function decodeWord(type: string, bytes: Uint8Array): AbiValue {
  if (type === "bool") return toBigInt(bytes) !== 0n;
  if (type === "address") return toHex(bytes.subarray(12));
  const size = /^bytes(\d+)$/.exec(type)?.[1];
  if (size !== undefined) return toHex(bytes.subarray(0, Number(size)));
  return type.startsWith("int") ? BigInt.asIntN(256, toBigInt(bytes)) : toBigInt(bytes);
}

function isDynamic(type: string | undefined): boolean {
  return type === "bytes" || type === "string";
}

function types(list: string | undefined): string[] {
  return list ? list.split(/, */) : [];
}

function padded(bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes, new Uint8Array(-bytes.length & (WORD - 1)));
}

function slice(data: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > data.length) throw new Error(`${data.length} bytes end before ${start + length}`);
  return data.subarray(start, start + length);
}
