import { readFileSync } from "node:fs";
import { type ContractAbi, joinAbis, loadAbi } from "../builtin/abi/index.js";
import { FvmError } from "../errors.js";
import { messageOf } from "../util/kind-of.js";
import type { Output } from "./command.js";

/** Reads contracts' ABIs; undefined: there are none. Throws `FvmError` INVALID_ABI, and the file system's errors. */
export async function readAbis(files: readonly string[]): Promise<ContractAbi | undefined> {
  return files.length === 0 ? undefined : joinAbis(await Promise.all(files.map(readAbi)));
}

async function readAbi(file: string): Promise<ContractAbi> {
  const text = readFileSync(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FvmError("INVALID_ABI", {
      source: file,
      reason: `no JSON: ${messageOf(error).split("\n")[0]}`,
    });
  }
  return loadAbi(json, file);
}

/** Says which ABIs had nothing of what was shown. */
export function noteUnused(files: readonly string[], used: ReadonlySet<string>, output: Output): void {
  for (const file of files) {
    if (!used.has(file)) output.note(`${file}: no call, log or revert here is of this ABI`);
  }
}
