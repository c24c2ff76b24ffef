import { readFile } from "node:fs/promises";
import { codeOf } from "../../util/node-error.js";

/**
 * Bytes of address space that the process may still take; `undefined` without a limit, and on systems that do not
 * say. lmdb 3.5 does not survive a map that cannot be made, so whoever makes one asks first.
 */
export async function freeAddressSpace(): Promise<number | undefined> {
  const limit = await procNumber("limits", /^Max address space +(\d+)/m);
  const taken = await procNumber("status", /^VmSize:\s+(\d+) kB/m);
  return limit === undefined || taken === undefined ? undefined : Math.max(0, limit - taken * 1024);
}

async function procNumber(file: string, pattern: RegExp): Promise<number | undefined> {
  try {
    const found = pattern.exec(await readFile(`/proc/self/${file}`, "utf8"));
    return found === null ? undefined : Number(found[1]);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
