import { CborReader } from "../../ipld/cbor.js";
import { Budget, type DecodeLimits } from "../values/limits.js";
import type { DecodedValue } from "../values/value.js";
import { attempt, type Callees, Decoder } from "./decoder.js";
import type { Schema } from "./schema.js";

export type { Callees } from "./decoder.js";

/** A value, and what its bytes were read as. */
export interface Decoded {
  /**
   * `schema`: they have the layout that is expected. `cbor`: they have not, or it is not known; as DAG-CBOR of any
   * layout. `bytes`: they are no DAG-CBOR.
   */
  readonly form: "schema" | "cbor" | "bytes";
  readonly value: DecodedValue;
  /** Why they have not the layout that is expected. */
  readonly mismatch?: string;
}

/**
 * Decodes a value of this layout; if it is of another one, or that is unknown, as DAG-CBOR; or else as bytes. Never
 * throws for what the bytes are.
 */
export function decodeAs(
  schema: Schema | undefined,
  data: Uint8Array,
  callees: Callees,
  limits?: DecodeLimits,
): Decoded {
  const known = schema === undefined ? undefined : attempt(() => readAll(schema, data, callees, limits));
  if (known?.value !== undefined) return { form: "schema", value: known.value };
  const reason = known === undefined ? {} : { mismatch: known.problem };
  const any = attempt(() => readAll("any", data, callees, limits));
  if (any.value !== undefined) return { form: "cbor", value: any.value, ...reason };
  return { form: "bytes", value: { kind: "bytes", value: data.slice() }, ...reason };
}

function readAll(
  schema: Schema,
  data: Uint8Array,
  callees: Callees,
  limits: DecodeLimits | undefined,
): DecodedValue {
  const reader = new CborReader(data);
  const value = new Decoder(reader, callees, new Budget(limits)).read(schema);
  reader.end();
  return value;
}
