import { bundleFolders } from "#src/tools/bundles/folders.js";
import { VectorPool } from "#src/tools/vectors/vector-pool.js";
import { BenchError } from "../bench-error.js";
import { type Spread, spreadOf, sum } from "../statistics.js";
import type { Selection } from "./select.js";

/** Two worker threads against one, over vectors that do not depend on each other. */
export interface WorkersResult {
  readonly vectors: number;
  /** Executions of each per round. */
  readonly repeat: number;
  /** Milliseconds for all of them, with reading the files, after the workers have started and compiled. */
  readonly one: Spread;
  readonly two: Spread;
  /** How many times the throughput of one worker two have, round by round. */
  readonly ratio: Spread;
}

/** Milliseconds of a round. */
export interface WorkersRound {
  readonly one: number;
  readonly two: number;
}

/** Enough that executing takes longer than reading. */
export const WORKERS_REPEAT = 5;
/** Each thread compiles JavaScript for itself, for some seconds. */
const WARM_UPS = 6;

/** Files of the groups that are many short vectors: a few long ones could not be shared out evenly. */
export function workerFiles(selections: readonly Selection[]): string[] {
  const files = selections
    .filter(({ group }) => "files" in group.source && group.measures.every((measure) => measure === "apply"))
    .flatMap((selection) => selection.files);
  return [...new Set(files)];
}

type Pool = Pick<VectorPool, "run" | "close">;

function newPool(jobs: number): Pool {
  return new VectorPool(jobs, { folders: bundleFolders(), filter: "", repeat: WORKERS_REPEAT });
}

/** Both take their turn in each round, which begins with the other one. Throws `BenchError`. */
export async function measureWorkers(
  files: readonly string[],
  rounds: number,
  poolOf: (jobs: number) => Pool = newPool,
): Promise<WorkersResult> {
  const pools = { one: poolOf(1), two: poolOf(2) };
  try {
    let order = [...files];
    for (let i = 0; i < WARM_UPS; i++) {
      for (const pool of Object.values(pools)) order = (await passOver(pool, order)).longestFirst;
    }
    const measured: WorkersRound[] = [];
    for (let round = 0; round < rounds; round++) {
      const times = { one: 0, two: 0 };
      const turns = round % 2 === 0 ? (["one", "two"] as const) : (["two", "one"] as const);
      for (const side of turns) times[side] = (await passOver(pools[side], order)).milliseconds;
      measured.push(times);
    }
    return workersResult(files.length, measured);
  } finally {
    await Promise.all(Object.values(pools).map((pool) => pool.close()));
  }
}

export function workersResult(vectors: number, rounds: readonly WorkersRound[]): WorkersResult {
  return {
    vectors,
    repeat: WORKERS_REPEAT,
    one: spreadOf(rounds.map(({ one }) => one)),
    two: spreadOf(rounds.map(({ two }) => two)),
    ratio: spreadOf(rounds.map(({ one, two }) => one / two)),
  };
}

interface Pass {
  readonly milliseconds: number;
  /** The files by what they took. */
  readonly longestFirst: string[];
}

async function passOver(pool: Pool, files: readonly string[]): Promise<Pass> {
  const start = performance.now();
  const reports = await pool.run(files);
  const milliseconds = performance.now() - start;
  const bad = reports.flat().find(({ status }) => status !== "passed");
  if (bad !== undefined) throw new BenchError(`fvm-node: ${bad.file}: ${bad.reason ?? bad.status}`);
  const taken = reports.map((ofFile) => sum(ofFile.map(({ runNs }) => runNs?.median ?? 0)));
  const order = [...files.keys()].sort((a, b) => (taken[b] ?? 0) - (taken[a] ?? 0));
  return { milliseconds, longestFirst: order.map((at) => files[at] ?? "") };
}
