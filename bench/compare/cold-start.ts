import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Spread, spreadOf } from "../statistics.js";
import { withoutCode, withWarmCode } from "../warm-code.js";
import { type Contender, runContender } from "./contender.js";

/** Milliseconds from the start of a process to the answer for one vector. */
export interface ColdStart {
  /** With compiled code of all builtin actors on disk. */
  readonly ours: Spread;
  /** With an empty cache folder: compiles the actors that run. */
  readonly oursFirstEver: Spread;
  /** Compiles all builtin actors at each start. */
  readonly peer: Spread;
}

/**
 * Both have all builtin actors of the network version at hand when the first message runs: the reference
 * has compiled them, and fvm-node has them on disk, compiled, and loads those that run.
 *
 * @param file a vector whose messages run code
 */
export async function measureColdStart(
  ours: Contender,
  peer: Contender,
  file: string,
  networkVersion: number,
  rounds: number,
): Promise<ColdStart> {
  const once = async (contender: Contender, env?: NodeJS.ProcessEnv) => {
    const run = await runContender(contender, [file], { repeat: 1, ...(env && { env }) });
    return run.firstAnswerMs;
  };
  const times = { ours: [] as number[], oursFirstEver: [] as number[], peer: [] as number[] };
  const warm = withWarmCode(networkVersion);
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await once(ours, warm));
    times.oursFirstEver.push(await withEmptyFolder((folder) => once(ours, withoutCode(folder))));
    times.peer.push(await once(peer));
  }
  return {
    ours: spreadOf(times.ours),
    oursFirstEver: spreadOf(times.oursFirstEver),
    peer: spreadOf(times.peer),
  };
}

async function withEmptyFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "fvm-bench-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
