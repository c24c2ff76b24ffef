/** Measures what tracing costs: the same vectors with a tracer and without, by turns. */

import { bundleFolders } from "#src/tools/bundles/folders.js";
import { readVector } from "#src/tools/vectors/files.js";
import { Library } from "#src/tools/vectors/library.js";
import { runVariant, type Times, type VariantReport } from "#src/tools/vectors/run.js";
import type { Variant, Vector } from "#src/tools/vectors/vector.js";
import { Tracer } from "#src/vm/trace/trace.js";
import { BenchError } from "./bench-error.js";
import { selectGroups } from "./compare/select.js";
import { factsText, machineFacts } from "./machine.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { type Spread, spreadOf, sum } from "./statistics.js";
import { digits, duration, table } from "./text-table.js";

const HELP = `npm run bench:tracing -- [--group NAME]... [--rounds N] [--repeat N] [--json]

Runs vectors with a tracer that keeps every charge and without one, by turns, and compares the times of the
messages. Each result is compared with the vector.

  --group NAME  One of the groups of npm run bench; may be repeated. Default: miner, multisig.
  --rounds N    How often both take their turn. Default 5.
  --repeat N    How often each vector is executed per turn. Default 20.
  --json        The result as one JSON object on stdout.`;

const OPTIONS = {
  group: { type: "string", multiple: true, default: ["miner", "multisig"] as string[] },
  rounds: { type: "string", default: "5" },
  repeat: { type: "string", default: "20" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Cost of tracing in a group: times with it divided by those without it. */
interface TracingResult {
  readonly group: string;
  readonly vectors: number;
  readonly charges: number;
  /** Nanoseconds, of the fastest executions. */
  readonly off: number;
  readonly on: number;
  /** Ratio of these times. */
  readonly best: number;
  /** Ratio of the medians, round by round. */
  readonly ratio: Spread;
  /** Bytes of heap for each charge of traces that are kept; undefined without `--expose-gc`. */
  readonly bytesPerCharge: number | undefined;
}

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const rounds = countOption("rounds", values.rounds);
  const repeat = countOption("repeat", values.repeat);
  const machine = machineFacts();
  const results: TracingResult[] = [];
  for (const { group, files } of await selectGroups([...new Set(values.group)], undefined)) {
    note(`${group.name}: ${files.length} vectors`);
    results.push(await measureGroup(group.name, files.map(readVector), rounds, repeat));
  }
  if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
  else console.log(`${factsText(machine)}\n\n${table([HEADER, ...results.map(rowOf)]).join("\n")}`);
}

const HEADER = ["group", "vectors", "charges", "off", "on", "best", "on / off", "rounds", "bytes per charge"];

function rowOf({ group, vectors, charges, off, on, best, ratio, bytesPerCharge }: TracingResult): string[] {
  return [
    group,
    String(vectors),
    charges.toLocaleString("en-US"),
    duration(off),
    duration(on),
    best.toFixed(2),
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}`,
    bytesPerCharge === undefined ? "" : digits(bytesPerCharge),
  ];
}

async function measureGroup(
  group: string,
  vectors: readonly Vector[],
  rounds: number,
  repeat: number,
): Promise<TracingResult> {
  const library = new Library(bundleFolders(undefined));
  const variants = vectors.flatMap((vector) => vector.variants.map((variant) => [vector, variant] as const));
  const sides: Record<Side, SideTimes> = { off: [], on: [] };
  const run = async (side: Side, times: number): Promise<void> => {
    for (const [at, [vector, variant]] of variants.entries()) {
      const observing = side === "on" ? { observer: new Tracer().observer } : {};
      const report = await runVariant(vector, variant, { library, repeat: times, ...observing });
      add(sides[side], at, timesOf(report));
    }
  };
  for (const side of ["off", "on"] as const) await run(side, Math.ceil(repeat / 4));
  for (const side of Object.values(sides)) side.length = 0;
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? (["off", "on"] as const) : (["on", "off"] as const)) {
      await run(side, repeat);
    }
  }
  const ratios = Array.from(
    { length: rounds },
    (_, round) => totalOf(sides.on, round) / totalOf(sides.off, round),
  );
  const [on, off] = [bestOf(sides.on), bestOf(sides.off)];
  return {
    group,
    vectors: vectors.length,
    ...(await sizeOfTraces(variants, library)),
    off,
    on,
    best: on / off,
    ratio: spreadOf(ratios),
  };
}

type Side = "off" | "on";
/** Times of each vector, round by round. */
type SideTimes = Times[][];

function add(times: SideTimes, at: number, time: Times): void {
  const known = times[at];
  if (known === undefined) times[at] = [time];
  else known.push(time);
}

/** Nanoseconds: the sum of a round's medians. */
function totalOf(times: SideTimes, round: number): number {
  return sum(times.map((rounds) => rounds[round]?.median ?? Number.NaN));
}

/** Nanoseconds: the sum of the fastest executions. */
function bestOf(times: SideTimes): number {
  return sum(times.map((rounds) => Math.min(...rounds.map(({ min }) => min))));
}

/** Throws `BenchError` unless the vector has passed. */
function timesOf({ id, status, reason, applyNs }: VariantReport): Times {
  if (status !== "passed" || applyNs === undefined) throw new BenchError(`${id}: ${status}, ${reason}`);
  return applyNs;
}

/** Keeps the traces of all vectors. */
async function sizeOfTraces(variants: readonly (readonly [Vector, Variant])[], library: Library) {
  const { gc } = globalThis;
  const traces: unknown[] = [];
  let charges = 0;
  gc?.();
  const before = process.memoryUsage().heapUsed;
  for (const [vector, variant] of variants) {
    const tracer = new Tracer((observation) => {
      if (observation.kind === "charge") charges++;
    });
    const observer: typeof tracer.observer = (observation) => {
      tracer.observer(observation);
      if (observation.kind === "receipt") traces.push(tracer.trace());
    };
    await runVariant(vector, variant, { library, repeat: 0, observer });
  }
  gc?.();
  const bytes = process.memoryUsage().heapUsed - before;
  return { charges, bytesPerCharge: gc && traces.length > 0 ? bytes / charges : undefined };
}

runProgram(main);
