/**
 * Shapes of parameters and results. One declaration checks a value, gives its type, and becomes the JSON
 * Schema of the OpenRPC document. Valibot checks; this file adds values with a decoder of their own, and
 * Go's names of types, which Lotus's texts of errors hold.
 */
import type { JsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { FvmError } from "../../errors.js";
import { kindOf } from "../../util/kind-of.js";
import { ParamError } from "./errors.js";

/** A shape whose values, once read, are `T`. Any schema of Valibot is one. */
export type Schema<T = unknown> = v.GenericSchema<unknown, T>;

/** Name and form of a shape. */
export interface ShapeFacts {
  /** Its name in the OpenRPC document, if it is one of those that return often, such as `Address`. */
  readonly name?: string;
  /** Lotus's type, such as `ethtypes.EthHash`. */
  readonly go?: string;
  /** The type that Lotus's decoder names in an error, if it is another one. */
  readonly goDecoder?: string;
  /** Its JSON Schema, where none follows from the shape. */
  readonly json?: JsonSchema;
}

/** Adds facts to a shape. */
export function named<T>(shape: Schema<T>, facts: ShapeFacts): Schema<T> {
  return v.pipe(shape, v.metadata({ facts }));
}

export function factsOf(shape: Schema): ShapeFacts {
  return (v.getMetadata(shape as Parameters<typeof v.getMetadata>[0]).facts as ShapeFacts | undefined) ?? {};
}

/** A value with a decoder of its own, which throws `ParamError` (or an `FvmError`) for what it refuses. */
export function decoded<T>(
  facts: ShapeFacts & { readonly json: JsonSchema },
  read: (value: unknown) => T,
): Schema<T> {
  const shape = v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      try {
        return read(dataset.value);
      } catch (error) {
        if (!(error instanceof ParamError || error instanceof FvmError)) throw error;
        addIssue({ message: error.message });
        return NEVER;
      }
    }),
  );
  return named(shape, facts);
}

/** The shape or null, which reads as `undefined`: what a pointer is in Go. */
export function nullable<T>(shape: Schema<T>): Schema<T | undefined> {
  const { go, goDecoder } = factsOf(shape);
  const both = v.pipe(
    v.nullish(shape),
    v.transform((value) => value ?? undefined),
  );
  return named(both as Schema<T | undefined>, {
    ...(go !== undefined && { go: `*${go}` }),
    ...(goDecoder !== undefined && { goDecoder }),
  });
}

/** A value by its shape. Throws `ParamError`, with the place in the value: `.topics.0: …`. */
export function readValue<T>(shape: Schema<T>, value: unknown): T {
  const result = v.safeParse(shape, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new ParamError(`${path === null ? "" : `.${path}: `}${plainText(issue)}`);
}

/** A value by its shape, refused in Lotus's words. Throws `ParamError`. */
export function readAsLotus<T>(shape: Schema<T>, value: unknown): T {
  const result = v.safeParse(shape, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  if (issue.kind !== "schema") throw new ParamError(issue.message);
  const { go = "unknown", goDecoder } = factsOf(shape);
  throw new ParamError(
    `json: cannot unmarshal ${goKind(issue.input)} into Go value of type ${goDecoder ?? go}`,
  );
}

function plainText(issue: v.BaseIssue<unknown>): string {
  if (issue.kind !== "schema") return issue.message;
  return issue.expected === null ? issue.message : `${issue.expected} expected, found ${kindOf(issue.input)}`;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "number";
  return typeof value;
}
