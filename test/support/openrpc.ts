/** OpenRPC's meta schema, for documents that are to follow it. */
import openRpcMetaSchema from "@open-rpc/meta-schema";
import { Ajv } from "ajv";

const TOOLS = "https://meta.json-schema.tools";

/** What is wrong with a document; empty: nothing. */
export function openRpcErrors(document: object): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  // The schema of schemas that it refers to is draft 7 under another name.
  const draft7 = { $ref: "http://json-schema.org/draft-07/schema#" };
  const definitions = { JSONSchemaObject: { properties: { $ref: { type: "string" } } } };
  ajv.addSchema({ $id: `${TOOLS}/`, definitions });
  ajv.addSchema({ $id: TOOLS, ...draft7 });
  const { $schema: _, ...schema } = openRpcMetaSchema as { readonly $schema?: string };
  const check = ajv.compile(schema);
  check(document);
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
