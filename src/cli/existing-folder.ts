import { statSync } from "node:fs";
import { UsageError } from "./usage-error.js";

/** A folder that an option names, if it names one. Throws `UsageError` if it is not there. */
export function existingFolder(
  option: string,
  folder: string | undefined,
  command: string,
): string | undefined {
  if (folder === undefined || statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new UsageError(`--${option} is ${folder}, where no folder is`, command);
}
