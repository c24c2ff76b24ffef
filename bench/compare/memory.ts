import { type Spread, spreadOf } from "../statistics.js";
import { type Contender, runContender } from "./contender.js";
import type { Selection } from "./select.js";

/** Peak resident bytes of a process that executes each vector once, as a node executes each message once. */
export interface MemoryResult {
  readonly vectors: number;
  readonly ours: Spread;
  readonly peer: Spread;
}

const GROUPS: readonly string[] = ["miner", "extend"];

/** Files of messages of mainnet. */
export function memoryFiles(selections: readonly Selection[]): string[] {
  return selections.filter(({ group }) => GROUPS.includes(group.name)).flatMap(({ files }) => files);
}

/** Undefined where the system does not tell. Throws `BenchError`. */
export async function measureMemory(
  contenders: { readonly ours: Contender; readonly peer: Contender },
  files: readonly string[],
  rounds: number,
): Promise<MemoryResult | undefined> {
  const peaks = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const side of ["ours", "peer"] as const) {
      const { peakRssBytes } = await runContender(contenders[side], files, { repeat: 1 });
      if (peakRssBytes === undefined) return undefined;
      peaks[side].push(peakRssBytes);
    }
  }
  return { vectors: files.length, ours: spreadOf(peaks.ours), peer: spreadOf(peaks.peer) };
}
