import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "./usage-error.js";

/**
 * Checks that a file can be written, before the work whose result goes into it. Throws `UsageError`.
 *
 * @param name of the argument or option that names it
 */
export function checkOutputFile(name: string, file: string, command: string): void {
  const folder = dirname(file);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${name} is ${file}, a folder`, command);
  }
  if (!canWrite(folder)) throw new UsageError(`${name} is ${file}, and ${folder} cannot be written`, command);
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
