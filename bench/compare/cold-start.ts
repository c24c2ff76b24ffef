import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFolders } from "#src/bundles/folders.js";
import { type Spread, spreadOf } from "../statistics.js";
import { type Contender, runContender } from "./contender.js";

/** Milliseconds from the start of a process to the answer for one vector. */
export interface ColdStart {
  /** With compiled code on disk. */
  readonly ours: Spread;
  /** With an empty cache folder: compiles the actors that run. */
  readonly oursFirstEver: Spread;
  /** Compiles all builtin actors at each start. */
  readonly peer: Spread;
}

/** @param file a vector whose messages run code */
export async function measureColdStart(
  ours: Contender,
  peer: Contender,
  file: string,
  rounds: number,
): Promise<ColdStart> {
  const once = async (contender: Contender, env?: NodeJS.ProcessEnv) => {
    const run = await runContender(contender, [file], { repeat: 1, ...(env && { env }) });
    return run.firstAnswerMs;
  };
  const times = { ours: [] as number[], oursFirstEver: [] as number[], peer: [] as number[] };
  // Fills the cache.
  await once(ours);
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await once(ours));
    times.oursFirstEver.push(await withEmptyCache((env) => once(ours, env)));
    times.peer.push(await once(peer));
  }
  return {
    ours: spreadOf(times.ours),
    oursFirstEver: spreadOf(times.oursFirstEver),
    peer: spreadOf(times.peer),
  };
}

async function withEmptyCache<T>(run: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const [bundles] = bundleFolders();
  const folder = mkdtempSync(join(tmpdir(), "fvm-bench-"));
  try {
    return await run({ ...process.env, FVM_BUNDLES: bundles, XDG_CACHE_HOME: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
