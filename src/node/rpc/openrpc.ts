/** The OpenRPC document of a table of methods: what is checked is what is written. */
import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { type ApiVersion, type Method, paramsOf } from "./method.js";
import type { Schema, ShapeFacts } from "./schema.js";
import type { MethodTable } from "./table.js";

/** A document by OpenRPC 1.3. */
export interface OpenRpcDocument {
  readonly openrpc: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly methods: readonly OpenRpcMethod[];
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface OpenRpcMethod {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly paramStructure: "by-position";
  readonly params: readonly OpenRpcValue[];
  readonly result: OpenRpcValue;
}

interface OpenRpcValue {
  readonly name: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

/** Methods of a path, with each alias as a method of its own, as clients look them up. */
export function openRpcDocument<N>(
  table: MethodTable<N>,
  version: ApiVersion,
  lotus: boolean,
  nodeVersion: string,
): OpenRpcDocument {
  const shapes = new Shapes();
  const methods = table
    .all(version)
    .flatMap((method) =>
      [method.name, ...(method.aliases ?? [])].map((name) => methodOf(method, name, lotus, shapes)),
    );
  return {
    openrpc: "1.3.2",
    info: {
      title: "fvm node",
      version: nodeVersion,
      description: "JSON-RPC of a Filecoin node, for clients of Ethereum and of Filecoin.",
    },
    methods: methods.sort((a, b) => (a.name < b.name ? -1 : 1)),
    components: { schemas: shapes.named },
  };
}

function methodOf<N>(method: Method<N>, name: string, lotus: boolean, shapes: Shapes): OpenRpcMethod {
  const needs = method.push === undefined ? [] : ["Only over a connection that can be pushed to."];
  const alias = name === method.name ? [] : [`Another name of ${method.name}.`];
  const notes = [...alias, ...needs].join(" ");
  return {
    name,
    summary: method.summary,
    ...(notes !== "" && { description: notes }),
    paramStructure: "by-position",
    params: paramsOf(method, lotus).map((param) => ({
      name: param.name,
      required: param.optional === undefined || (lotus && param.optional === "byDefault"),
      schema: shapes.schema(param.schema),
    })),
    result: { name: "result", schema: shapes.schema(method.result) },
  };
}

/** JSON Schemas of shapes; those with a name are kept once, and named where they stand. */
class Shapes {
  readonly named: Record<string, JsonSchema> = {};

  schema(shape: Schema): JsonSchema {
    const { $schema: _, ...schema } = toJsonSchema(shape, {
      // No schema can say what a reader does beyond the shape.
      errorMode: "ignore",
      overrideAction: ({ valibotAction, jsonSchema }) => {
        if (valibotAction.type !== "metadata") return undefined;
        const { facts } = (valibotAction as unknown as { metadata: { facts?: ShapeFacts } }).metadata;
        return facts === undefined ? undefined : this.#factual(facts, jsonSchema);
      },
    });
    return schema;
  }

  #factual({ name, json }: ShapeFacts, schema: JsonSchema): JsonSchema {
    // The library has put the facts into it, as it does with all metadata.
    const { facts: _, ...shape } = schema as JsonSchema & { facts?: ShapeFacts };
    const own = json ?? shape;
    if (name === undefined) return own;
    this.named[name] ??= own;
    return { $ref: `#/components/schemas/${name}` };
  }
}
