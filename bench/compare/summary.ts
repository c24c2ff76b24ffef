import type { VectorReport } from "#src/tools/vectors/report.js";
import type { Measure } from "../groups.js";
import { type Spread, spreadOf, sum } from "../statistics.js";
import { keyOf, type Round } from "./rounds.js";
import type { Selection } from "./select.js";

/** A group's times over all rounds, by one measure. */
export interface GroupSummary {
  readonly name: string;
  readonly title: string;
  readonly measure: Measure;
  readonly vectors: number;
  /** Executions of each per round. */
  readonly repeat: number;
  /** Gas of all messages, once. */
  readonly gas: number;
  /** Milliseconds: of each round the sum of the vectors' medians. */
  readonly ours: Spread;
  readonly peer: Spread;
  /** How many times as fast as the reference, round by round. */
  readonly ratio: Spread;
  /** The same of the fastest runs that each vector had in any round: least disturbed by other work. */
  readonly bestRatio: number;
}

type Side = keyof Round;

/** @param repeat instead of the group's own */
export function summarise(
  { group, files }: Selection,
  measure: Measure,
  rounds: readonly Round[],
  repeat = group.pace.passes * group.pace.repeat,
): GroupSummary {
  const own = new Set(files);
  const parts = rounds.map((round) => ({ ours: partOf(round.ours, own), peer: partOf(round.peer, own) }));
  const times = (side: Side) => parts.map((part) => milliseconds(part[side], measure));
  const [ours, peer] = [times("ours"), times("peer")];
  const first = parts[0]?.ours ?? [];
  return {
    name: group.name,
    title: group.title,
    measure,
    vectors: first.length,
    repeat,
    gas: sum(first.flatMap(({ gasUsed }) => gasUsed.map(Number))),
    ours: spreadOf(ours),
    peer: spreadOf(peer),
    ratio: spreadOf(peer.map((time, round) => time / (ours[round] ?? Number.NaN))),
    bestRatio: best(parts, "peer", measure) / best(parts, "ours", measure),
  };
}

type Part = readonly VectorReport[];

function partOf(vectors: Part, files: ReadonlySet<string>): Part {
  return vectors.filter(({ file }) => files.has(file));
}

function milliseconds(part: Part, measure: Measure): number {
  return sum(part.map((vector) => vector[`${measure}_ns`].median)) / 1e6;
}

/** Nanoseconds. */
function best(parts: readonly Record<Side, Part>[], side: Side, measure: Measure): number {
  const fastest = new Map<string, number>();
  for (const vector of parts.flatMap((part) => part[side])) {
    const known = fastest.get(keyOf(vector)) ?? Number.POSITIVE_INFINITY;
    fastest.set(keyOf(vector), Math.min(known, vector[`${measure}_ns`].min));
  }
  return sum([...fastest.values()]);
}
