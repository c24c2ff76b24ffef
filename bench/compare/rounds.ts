import type { ConformanceReport, VectorReport } from "#src/vectors/report.js";
import { BenchError } from "../bench-error.js";
import { type Contender, runContender } from "./contender.js";

/** Both contenders over the same vectors, once. */
export interface Round {
  readonly ours: ConformanceReport;
  readonly peer: ConformanceReport;
}

export interface Rounds {
  readonly rounds: readonly Round[];
  /** Over all rounds; `undefined` where the system does not tell. */
  readonly peakRssBytes: { readonly ours: number | undefined; readonly peer: number | undefined };
}

/**
 * Runs the contenders by turns, each round beginning with the other one. Throws `BenchError` if a result
 * differs.
 */
export async function runRounds(
  ours: Contender,
  peer: Contender,
  files: readonly string[],
  options: { readonly rounds: number; readonly repeat: number; readonly onRound: (round: number) => void },
): Promise<Rounds> {
  const rounds: Round[] = [];
  const peaks = { ours: [] as number[], peer: [] as number[] };
  const contenders = { ours, peer };
  for (let round = 0; round < options.rounds; round++) {
    options.onRound(round);
    const order = round % 2 === 0 ? (["ours", "peer"] as const) : (["peer", "ours"] as const);
    const reports: Partial<Record<keyof Round, ConformanceReport>> = {};
    for (const side of order) {
      const { report, peakRssBytes } = await runContender(contenders[side], files, options);
      reports[side] = report;
      if (peakRssBytes !== undefined) peaks[side].push(peakRssBytes);
    }
    const { ours: mine, peer: theirs } = reports;
    if (mine === undefined || theirs === undefined) throw new Error("a side did not run");
    requireSame(mine, theirs);
    rounds.push({ ours: mine, peer: theirs });
  }
  const most = (values: readonly number[]) => (values.length === 0 ? undefined : Math.max(...values));
  return { rounds, peakRssBytes: { ours: most(peaks.ours), peer: most(peaks.peer) } };
}

/** Both have compared every result with the vector; this makes sure that they ran the same things. */
export function requireSame(ours: ConformanceReport, peer: ConformanceReport): void {
  const others = new Map(peer.vectors.map((vector) => [keyOf(vector), vector]));
  if (others.size !== ours.vectors.length) throw new BenchError("the contenders ran different vectors");
  for (const vector of ours.vectors) {
    const other = others.get(keyOf(vector));
    if (other === undefined) throw new BenchError(`only fvm-node ran ${vector.file}`);
    const [a, b] = [vector.gasUsed, other.gasUsed].map((gas) => gas.map(String).join());
    if (a !== b) throw new BenchError(`gas differs in ${vector.file}: ${a} and ${b}`);
  }
}

export function keyOf({ file, variant }: VectorReport): string {
  return `${file} ${variant}`;
}
