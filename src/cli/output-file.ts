import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import * as zlib from "node:zlib";
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

/** As `checkOutputFile`, for a snapshot, which is compressed if its name says so. */
export function checkSnapshotFile(name: string, file: string, command: string): void {
  checkOutputFile(name, file, command);
  if (!file.endsWith(".zst") || "createZstdCompress" in zlib) return;
  const reason = `Node.js ${process.versions.node} writes no .zst, 22.15 and newer do`;
  throw new UsageError(`${name} is ${file}, and ${reason}`, command);
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
