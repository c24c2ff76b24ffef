import type { VectorReport } from "#src/tools/vectors/report.js";
import { BenchError } from "../bench-error.js";
import type { Pace } from "../groups.js";
import { mean } from "../statistics.js";
import { type Contender, runContender } from "./contender.js";
import { allowedCores } from "./cores.js";
import { runByTurns, type Start } from "./turns.js";

/** Both contenders over the same vectors, once. */
export interface Round {
  readonly ours: readonly VectorReport[];
  readonly peer: readonly VectorReport[];
}

/** Files that are executed equally often. */
export interface Batch extends Pace {
  readonly files: readonly string[];
}

export interface Rounds {
  readonly rounds: readonly Round[];
  /** Over all rounds; `undefined` where the system does not tell. */
  readonly peakRssBytes: { readonly ours: number | undefined; readonly peer: number | undefined };
}

/** Runs the contenders by turns. Throws `BenchError` if a result differs. */
export async function runRounds(
  contenders: Record<keyof Round, Contender>,
  batches: readonly Batch[],
  count: number,
  onRound: (round: number) => void,
): Promise<Rounds> {
  const cores = allowedCores();
  const rounds: Round[] = [];
  const peaks = { ours: [] as number[], peer: [] as number[] };
  for (let number = 0; number < count; number++) {
    onRound(number);
    const round = { ours: [] as VectorReport[], peer: [] as VectorReport[] };
    for (const { files, passes, repeat, turnMs } of batches) {
      const order = Array.from({ length: passes }, () => files).flat();
      const start =
        (side: keyof Round): Start<void> =>
        async (events) => {
          const { report, peakRssBytes } = await runContender(contenders[side], order, { repeat, events });
          round[side].push(...withoutPasses(report.vectors));
          if (peakRssBytes !== undefined) peaks[side].push(peakRssBytes);
        };
      const core = cores[number % cores.length];
      await runByTurns(start("ours"), start("peer"), { turnMs, core });
    }
    requireSame(round);
    rounds.push(round);
  }
  const most = (values: readonly number[]) => (values.length === 0 ? undefined : Math.max(...values));
  return { rounds, peakRssBytes: { ours: most(peaks.ours), peer: most(peaks.peer) } };
}

/**
 * One report for each vector: of the passes' medians the mean, and their best. Within a pass, a median leaves
 * out what a turn's end has interrupted. Over the passes, a machine that is slow for half of the time has two
 * medians, and a mean is what both contenders see the same of. Throws `BenchError`.
 */
export function withoutPasses(reports: readonly VectorReport[]): VectorReport[] {
  const passes = new Map<string, VectorReport[]>();
  for (const report of reports) passes.set(keyOf(report), [...(passes.get(keyOf(report)) ?? []), report]);
  return [...passes.values()].map((same) => {
    const [first] = same as [VectorReport];
    for (const other of same) requireSameGas(first, other);
    return { ...first, apply_ns: joined(same, "apply_ns"), run_ns: joined(same, "run_ns") };
  });
}

function joined(passes: readonly VectorReport[], times: "apply_ns" | "run_ns") {
  return {
    median: mean(passes.map((pass) => pass[times].median)),
    min: Math.min(...passes.map((pass) => pass[times].min)),
  };
}

/** Both have compared every result with the vector; this makes sure that they ran the same things. */
export function requireSame({ ours, peer }: Round): void {
  const others = new Map(peer.map((vector) => [keyOf(vector), vector]));
  if (others.size !== ours.length) throw new BenchError("the contenders ran different vectors");
  for (const vector of ours) {
    const other = others.get(keyOf(vector));
    if (other === undefined) throw new BenchError(`only fvm-node ran ${vector.file}`);
    requireSameGas(vector, other);
  }
}

function requireSameGas(vector: VectorReport, other: VectorReport): void {
  const [a, b] = [vector, other].map(({ gasUsed }) => gasUsed.map(String).join());
  if (a !== b) throw new BenchError(`gas differs in ${vector.file}: ${a} and ${b}`);
}

export function keyOf({ file, variant }: VectorReport): string {
  return `${file} ${variant}`;
}
