import { FvmError } from "../../errors.js";
import { Fields, parseExactJson } from "./fields.js";
import { parseMessageVector } from "./parse-message.js";
import { parseTipsetVector } from "./parse-tipset.js";
import type { Vector } from "./vector.js";

/**
 * Reads a vector. Throws `FvmError` INVALID_VECTOR, with the field that is wrong; a class other than
 * `message` and `tipset` is wrong too.
 *
 * @param file names the vector in errors and reports
 */
export function parseVector(text: string, file: string): Vector {
  const json = parseExactJson(text, file);
  if (!hasClass(json)) {
    throw new FvmError("INVALID_VECTOR", {
      file,
      field: "(file)",
      reason: "not a test vector: it has no class",
    });
  }
  const fields = Fields.of(json, file);
  const kind = fields.string("class");
  if (kind === "message") return parseMessageVector(fields);
  if (kind === "tipset") return parseTipsetVector(fields);
  return fields.fail("class", `unknown class ${kind}`);
}

function hasClass(json: unknown): boolean {
  return typeof json === "object" && json !== null && "class" in json;
}
