import { type Address, idAddress, parseAddressBytes } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { CborReader, Major } from "../../ipld/cbor.js";
import { EXIT_CODE_NAMES } from "../../message/outcome.js";
import { readToken } from "../../message/token.js";
import type { U64 } from "../../util/u64.js";
import { readBitField } from "../values/bit-field.js";
import { cut, readAny, readItems } from "../values/dag-cbor.js";
import type { Budget } from "../values/limits.js";
import { DECODED_NULL, type DecodedField, type DecodedValue } from "../values/value.js";
import type { Scalar, Schema, Structure } from "./schema.js";

/** Layouts that a decoder asks for when values refer to other actors. */
export interface Callees {
  /** Layout of the parameters of an actor's method; undefined if that is not known. */
  paramsOf(to: Address, method: U64): Schema | undefined;
  /** As `paramsOf`, of the constructor of a code. */
  constructorParamsOf(code: Cid): Schema | undefined;
  methodNameOf(to: Address, method: U64): string | undefined;
}

/** The value; or, if the data is malformed, why. */
export type Attempt =
  | { readonly value: DecodedValue }
  | { readonly value?: undefined; readonly problem: string };

const MALFORMED: readonly string[] = ["INVALID_CBOR", "INVALID_ADDRESS", "INVALID_BIG_INTEGER"];

/** Throws what is no fault of the data. */
export function attempt(read: () => DecodedValue): Attempt {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof FvmError) || !MALFORMED.includes(error.code)) throw error;
    return { problem: error.message };
  }
}

const SIGNATURES: Readonly<Record<number, string>> = { 1: "secp256k1", 2: "bls" };
const WORD_BYTES = 32;
/** Bits per level that a HAMT may have. */
const MAX_BIT_WIDTH = 8;

/** Reads values of known layout. Each method throws `FvmError` if the next item is something else. */
export class Decoder {
  constructor(
    private readonly reader: CborReader,
    private readonly callees: Callees,
    private readonly budget: Budget,
  ) {}

  /** @param before the fields of the same tuple that come first */
  read(schema: Schema, before: readonly DecodedField[] = []): DecodedValue {
    const { reader, budget } = this;
    if (typeof schema === "string") return this.readScalar(schema);
    if (budget.isDeep) return cut(reader);
    switch (schema.kind) {
      case "tuple":
        return budget.below(() => this.readTuple(schema));
      case "list":
        return budget.below(() => readItems(reader, budget, () => this.read(schema.of)));
      case "option":
        return reader.null() ? DECODED_NULL : this.read(schema.of);
      case "names":
        return named(reader.i64(), schema.names);
      case "embedded":
        return this.readEmbedded(schema.of);
      case "callParams":
        return this.readEmbedded(this.paramsOf(before, schema.to, schema.method));
      case "constructorParams": {
        const code = fieldOf(before, schema.code);
        return this.readEmbedded(
          code?.kind === "cid" ? this.callees.constructorParamsOf(code.value) : undefined,
        );
      }
      case "method":
        return this.readMethod(fieldOf(before, schema.to));
      case "link":
        return { kind: "cid", value: reader.cid(), of: schema.to };
    }
  }

  private readScalar(schema: Scalar): DecodedValue {
    const { reader } = this;
    switch (schema) {
      case "u64":
        return { kind: "integer", value: reader.u64() };
      case "i64":
      case "epoch":
        return { kind: "integer", value: reader.i64() };
      case "bool":
        return { kind: "bool", value: reader.bool() };
      case "text":
        return { kind: "text", value: reader.text() };
      case "bytes":
        return { kind: "bytes", value: reader.bytes().slice() };
      case "cid":
        return { kind: "cid", value: reader.cid() };
      case "address":
        return { kind: "address", value: parseAddressBytes(reader.bytes()) };
      case "actor":
        return { kind: "address", value: idAddress(reader.u64()) };
      case "integer":
        return { kind: "integer", value: readToken(reader) };
      case "attoFil":
        return { kind: "amount", value: readToken(reader), unit: "FIL" };
      case "dataCap":
        return { kind: "amount", value: readToken(reader), unit: "DataCap" };
      case "exitCode":
        return named(reader.u32(), EXIT_CODE_NAMES);
      case "label":
        return this.readScalar(reader.major() === Major.TEXT ? "text" : "bytes");
      case "bitField":
        return this.readBits();
      case "signature":
        return this.readSignature();
      case "word":
        return this.readWord();
      case "any":
        return readAny(reader, this.budget);
    }
  }

  private readTuple({ fields, optional, bitWidth }: Extract<Schema, { kind: "tuple" }>): DecodedValue {
    const { reader } = this;
    const layout = Object.entries(fields);
    const count = reader.array();
    if (count > layout.length || count < layout.length - optional) {
      reader.fail(`array of ${count} instead of ${layout.length}`);
    }
    const found: DecodedField[] = [];
    for (const [name, schema] of layout.slice(0, count)) {
      found.push({ name, value: this.read(schema, found) });
    }
    if (bitWidth === undefined) return { kind: "record", fields: found };
    const width = this.bitWidthOf(fieldOf(found, bitWidth));
    return {
      kind: "record",
      fields: found.map(({ name, value }) => ({ name, value: widened(value, width) })),
    };
  }

  private bitWidthOf(value: DecodedValue | undefined): number {
    const width = value?.kind === "integer" ? Number(value.value) : 0;
    return width >= 1 && width <= MAX_BIT_WIDTH ? width : this.reader.fail("no bit width");
  }

  private paramsOf(
    before: readonly DecodedField[],
    toField: string,
    methodField: string,
  ): Schema | undefined {
    const to = fieldOf(before, toField);
    const method = fieldOf(before, methodField);
    if (to?.kind !== "address" || (method?.kind !== "integer" && method?.kind !== "named")) return undefined;
    return this.callees.paramsOf(to.value, method.value);
  }

  private readMethod(to: DecodedValue | undefined): DecodedValue {
    const value = this.reader.u64();
    const name = to?.kind === "address" ? this.callees.methodNameOf(to.value, value) : undefined;
    return name === undefined ? { kind: "integer", value } : { kind: "named", value, name };
  }

  /** Bytes in which a value is expected. */
  private readEmbedded(schema: Schema | undefined): DecodedValue {
    const data = this.reader.bytes();
    const layouts: readonly Schema[] = schema === undefined ? ["any"] : [schema, "any"];
    for (const layout of data.length === 0 ? [] : layouts) {
      const found = attempt(() => {
        const reader = new CborReader(data);
        const value = this.budget.below(() => new Decoder(reader, this.callees, this.budget).read(layout));
        reader.end();
        return value;
      });
      if (found.value !== undefined) return found.value;
    }
    return { kind: "bytes", value: data.slice() };
  }

  private readBits(): DecodedValue {
    const { reader } = this;
    const runs = readBitField(reader.bytes(), this.budget);
    return runs === undefined ? reader.fail("malformed bit field") : { kind: "ranges", ...runs };
  }

  private readSignature(): DecodedValue {
    const bytes = this.reader.bytes();
    const type = SIGNATURES[bytes[0] ?? 0] ?? this.reader.fail("unknown kind of signature");
    return {
      kind: "record",
      fields: [
        { name: "type", value: { kind: "text", value: type } },
        { name: "data", value: { kind: "bytes", value: bytes.slice(1) } },
      ],
    };
  }

  private readWord(): DecodedValue {
    const bytes = this.reader.bytes();
    if (bytes.length > WORD_BYTES) return this.reader.fail("more than 32 bytes");
    const value = new Uint8Array(WORD_BYTES);
    value.set(bytes, WORD_BYTES - bytes.length);
    return { kind: "bytes", value };
  }
}

function fieldOf(fields: readonly DecodedField[], name: string): DecodedValue | undefined {
  return fields.find((field) => field.name === name)?.value;
}

/** A link to a HAMT, and to those in it, of this bit width. */
function widened(value: DecodedValue, bitWidth: number): DecodedValue {
  if (value.kind !== "cid" || value.of?.kind !== "hamt") return value;
  return { ...value, of: ofWidth(value.of, bitWidth) };
}

function ofWidth(structure: Structure, bitWidth: number): Structure {
  if (structure.kind !== "hamt") return structure;
  const { value } = structure;
  const isLink = typeof value === "object" && value.kind === "link";
  return {
    ...structure,
    bitWidth,
    value: isLink ? { kind: "link", to: ofWidth(value.to, bitWidth) } : value,
  };
}

function named(value: number | bigint, names: Readonly<Record<number, string>>): DecodedValue {
  const name = typeof value === "number" ? names[value] : undefined;
  return name === undefined ? { kind: "integer", value } : { kind: "named", value, name };
}
