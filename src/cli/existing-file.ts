import { statSync } from "node:fs";
import { UsageError } from "./usage-error.js";

/** Checks that an argument names a file. Throws `UsageError`. */
export function checkExistingFile(name: string, file: string, command: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file ${file}`, command);
  if (found.isDirectory()) throw new UsageError(`${name} is ${file}, a folder`, command);
}
