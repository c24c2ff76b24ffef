/** A recorded Lotus node: its answers, if they are on this machine. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { defaultVectorFolder } from "../../src/tools/vectors/files.js";

/** A question and what the node answered. */
export interface Answer<P, R> {
  readonly params: P;
  readonly result?: R;
  readonly error?: { readonly message: string };
}

const folder = join(defaultVectorFolder() ?? "", "lotus");

/** The recordings that there are: their names. */
export function recordings(names: readonly string[]): string[] {
  return names.filter((name) => existsSync(join(folder, name, "rpc")));
}

/** All that was asked of a method. */
export function answers<P, R>(recording: string, method: string): Answer<P, R>[] {
  return read(recording, `rpc/${method}.json`) as Answer<P, R>[];
}

export function read(recording: string, file: string): unknown {
  const path = fileOf(recording, file);
  const text = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  return JSON.parse(text.toString());
}

export function fileOf(recording: string, file: string): string {
  return join(folder, recording, file);
}
