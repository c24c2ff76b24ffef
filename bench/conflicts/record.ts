import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BenchError } from "../bench-error.js";
import type { Contender } from "../compare/contender.js";
import { runProcess } from "../compare/run-process.js";

/**
 * Has the reference compute the results of drafts, all in one process, which compiles the actors once. Answers the
 * vectors as text, by their names. Throws `BenchError`.
 */
export async function recordDrafts(
  drafts: ReadonlyMap<string, string>,
  peer: Contender,
): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "fvm-conflicts-"));
  const [given, made] = [join(folder, "drafts"), join(folder, "vectors")];
  try {
    for (const each of [given, made]) mkdirSync(each);
    for (const [name, text] of drafts) writeFileSync(join(given, `${name}.json`), text);
    const { status, stderr } = await runProcess(peer.command, [...peer.args, "--record", made, given]);
    if (readdirSync(made).length < drafts.size) {
      throw new BenchError(`the reference ended with ${status}: ${stderr.trim()}`);
    }
    const read = (name: string) => readFileSync(join(made, `${name}.json`), "utf8");
    return new Map([...drafts.keys()].map((name) => [name, read(name)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a vector, compressed, and answers how many bytes it has. */
export function writeVector(folder: string, name: string, text: string): number {
  const bytes = gzipSync(text, { level: 9 });
  writeFileSync(join(folder, `${name}.json.gz`), bytes);
  return bytes.length;
}
