/**
 * Ethereum's own description of its API (github.com/ethereum/execution-apis), of a clone: in the folder that
 * FVM_EXECUTION_APIS names, else in the user's cache.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { parse } from "yaml";
import { cacheFolder } from "../../src/util/cache-folder.js";

interface Method {
  readonly name: string;
  readonly result?: { readonly schema: object };
}

/** Checks of results, by method. */
export type ResultChecks = ReadonlyMap<string, (result: unknown) => readonly ErrorObject[]>;

export function executionApisFolder(): string | undefined {
  const folder = process.env.FVM_EXECUTION_APIS ?? join(cacheFolder() ?? "", "execution-apis");
  return existsSync(join(folder, "src", "schemas")) ? folder : undefined;
}

/** Checks for all methods of `eth_*` that answer something. */
export function resultChecks(folder: string): ResultChecks {
  const schemas = Object.assign({}, ...documents(join(folder, "src", "schemas")));
  const methods = documents(join(folder, "src", "eth")).flat() as Method[];
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: "spec", components: { schemas } });
  return new Map(
    methods.flatMap(({ name, result }) => {
      if (result === undefined) return [];
      const check = ajv.compile(withRefs(result.schema)) as ValidateFunction;
      return [[name, (value: unknown) => (check(value) ? [] : [...(check.errors ?? [])])] as const];
    }),
  );
}

function documents(folder: string): unknown[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => parse(readFileSync(join(folder, name), "utf8")));
}

/** References into the document of all schemas. */
function withRefs(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"spec#/components/'));
}
