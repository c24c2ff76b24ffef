import type { Decoder } from "micro-eth-signer/abi.js";
import { concatBytes, hexBytes } from "../../util/bytes.js";
import type { DecodedField, DecodedValue } from "../values/value.js";
import type { AbiParameter } from "./parameters.js";

/** A value with its name and its type in Solidity. */
export interface AbiArgument extends DecodedField {
  readonly type: string;
}

/** The library, which is loaded when the first ABI is. */
export type AbiLibrary = { readonly Decoder: new () => Decoder };

/** Under which the library knows what it is given. */
const CONTRACT = "00".repeat(20);
const ARRAY = /\[\d*\]$/;

/**
 * Takes arguments out of bytes in Solidity's ABI. The library reads each byte once, so the work is bounded by the bytes,
 * whatever lengths and offsets they hold.
 */
export class AbiDecoder {
  private readonly decoder: Decoder;
  private readonly selector: Uint8Array;
  /** As Solidity writes it, such as `transfer(address,uint256)`. */
  readonly signature: string;

  /** Throws what the library throws if there are no such types. */
  constructor(
    { Decoder }: AbiLibrary,
    name: string,
    private readonly parameters: readonly AbiParameter[],
  ) {
    this.decoder = new Decoder();
    this.decoder.add(`0x${CONTRACT}`, [{ type: "function", name, inputs: parameters.map(unnamed) }]);
    const [entry] = Object.entries(this.decoder.contracts[CONTRACT] ?? {});
    this.selector = hexBytes(entry?.[0] ?? "");
    this.signature = entry?.[1].signature ?? name;
  }

  /** Undefined: the bytes hold something else. More bytes than needed are passed, as contracts do. */
  decode(data: Uint8Array): readonly AbiArgument[] | undefined {
    const { parameters } = this;
    if (parameters.length === 0) return [];
    try {
      const call = concatBytes(this.selector, data);
      const found = this.decoder.decode(`0x${CONTRACT}`, call, { allowUnreadBytes: true });
      const value = Array.isArray(found) ? undefined : found?.value;
      const values = parameters.length === 1 ? [value] : (value as readonly unknown[]);
      return parameters.map((parameter, i) => argumentOf(parameter, values[i], i));
    } catch {
      return undefined;
    }
  }
}

/** The value of a parameter as the library gives it, as ours. */
function argumentOf(parameter: AbiParameter, value: unknown, place: number): AbiArgument {
  const { name, type } = parameter;
  return { name: name || `${place}`, type, value: decodedValue(parameter, value) };
}

function decodedValue(parameter: AbiParameter, value: unknown): DecodedValue {
  const { type, components } = parameter;
  if (ARRAY.test(type)) {
    const inner = { ...parameter, type: type.replace(ARRAY, "") };
    return {
      kind: "list",
      items: (value as readonly unknown[]).map((item) => decodedValue(inner, item)),
      omitted: 0,
    };
  }
  if (type === "tuple") {
    const fields = value as readonly unknown[];
    return { kind: "record", fields: components.map((component, i) => argumentOf(component, fields[i], i)) };
  }
  if (typeof value === "boolean") return { kind: "bool", value };
  if (typeof value === "bigint") return { kind: "integer", value: integerOf(type, value) };
  if (value instanceof Uint8Array) return { kind: "bytes", value };
  const text = String(value);
  return type === "address"
    ? { kind: "bytes", value: hexBytes(text.slice(2)) }
    : { kind: "text", value: text };
}

/** A number if all values of the type are 64-bit integers, and this one is exact. */
function integerOf(type: string, value: bigint): number | bigint {
  const bits = Number(/\d+/.exec(type)?.[0] ?? 256);
  const number = Number(value);
  return bits <= 64 && Number.isSafeInteger(number) ? number : value;
}

/** With names, the library would answer with objects that have them as keys. */
function unnamed({ type, components }: AbiParameter): { type: string; components?: { type: string }[] } {
  return components.length === 0 ? { type } : { type, components: components.map(unnamed) };
}
