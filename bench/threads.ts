/** Measures short messages in a thread alone, and beside another thread of the process that executes the same. */
import { join } from "node:path";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { VectorPool } from "#src/tools/vectors/vector-pool.js";
import { BenchError } from "./bench-error.js";
import { factsText, machineFacts } from "./machine.js";
import { modulesOf, vectorFolder } from "./places.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { median } from "./statistics.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:threads -- [--against DIR] [--rounds N] [--repeat N] [--json]

Vectors of short messages, executed many times by one worker thread, and by two at the same time: a thread that
executes must not hold another one up. What comes out is checked. Microseconds per message, medians of the rounds'
medians. It takes two cores that nobody else uses.

  --against DIR  Another build of this project; the two take turns.
  --rounds N     Default: 7.
  --repeat N     Executions of a vector in a round. Default: 1000.
  --json         The result as one JSON object on stdout.`;

const OPTIONS = {
  against: { type: "string" },
  rounds: { type: "string", default: "7" },
  repeat: { type: "string", default: "1000" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Under the vector folder. */
const VECTORS = [
  { name: "account method", path: "generated/nv28/account/pubkey-address.json" },
  { name: "EVM storage", path: "generated/nv28/evm/storage-set-1.json" },
  { name: "EVM call of another contract", path: "generated/nv28/evm/call-store.json" },
];
/** Rounds before those that count: V8 compiles. */
const WARM_UPS = 3;

interface Build {
  readonly name: string;
  readonly pools: { readonly alone: VectorPool; readonly beside: VectorPool };
}

interface Measured {
  readonly vector: string;
  readonly build: string;
  /** Microseconds. */
  readonly alone: number;
  readonly beside: number;
}

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const rounds = countOption("rounds", values.rounds);
  const repeat = countOption("repeat", values.repeat);
  const builds = [build("this build", VectorPool, repeat)];
  if (values.against !== undefined) builds.push(build("other build", await poolOf(values.against), repeat));
  const machine = machineFacts();
  if (!values.json) console.log(`${factsText(machine)}\n`);
  const measured: Measured[] = [];
  try {
    for (const vector of VECTORS) measured.push(...(await measure(builds, vector, rounds)));
  } finally {
    await Promise.all(builds.flatMap(({ pools }) => [pools.alone.close(), pools.beside.close()]));
  }
  if (values.json) return console.log(JSON.stringify({ machine, measured }, null, 2));
  const rows = measured.map(({ vector, build, alone, beside }) => [
    `${vector}, ${build}`,
    digits(alone),
    digits(beside),
    `${digits(beside / alone)} ×`,
  ]);
  console.log(table([["µs per message", "alone", "beside a thread", ""], ...rows]).join("\n"));
}

function build(name: string, Pool: typeof VectorPool, repeat: number): Build {
  const options = { folders: bundleFolders(), filter: "", repeat };
  return { name, pools: { alone: new Pool(1, options), beside: new Pool(2, options) } };
}

async function poolOf(folder: string): Promise<typeof VectorPool> {
  const load = modulesOf(folder);
  return ((await load("tools/vectors/vector-pool.js")) as { VectorPool: typeof VectorPool }).VectorPool;
}

async function measure(
  builds: readonly Build[],
  { name, path }: (typeof VECTORS)[number],
  rounds: number,
): Promise<Measured[]> {
  const file = join(vectorFolder(), path);
  const times = builds.map(() => ({ alone: [] as number[], beside: [] as number[] }));
  for (let round = -WARM_UPS; round < rounds; round++) {
    for (const [i, { pools }] of builds.entries()) {
      const alone = await medians(pools.alone, [file]);
      const beside = await medians(pools.beside, [file, file]);
      if (round < 0) continue;
      times[i]?.alone.push(...alone);
      times[i]?.beside.push(...beside);
    }
  }
  note(name);
  return times.map(({ alone, beside }, i) => ({
    vector: name,
    build: builds[i]?.name ?? "",
    alone: median(alone),
    beside: median(beside),
  }));
}

/** Microseconds of each file's executions. Throws `BenchError` if one comes out otherwise than it should. */
async function medians(pool: VectorPool, files: readonly string[]): Promise<number[]> {
  const reports = (await pool.run(files)).flat();
  return reports.map(({ status, reason, file, runNs }) => {
    if (status !== "passed" || runNs === undefined) throw new BenchError(`${file}: ${reason ?? status}`);
    return runNs.median / 1000;
  });
}

runProgram(main);
