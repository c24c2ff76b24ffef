/** Measures new processes: their start, and the first executions in them. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { firstExecutions, importOf, type ProcessTime, telling } from "./cold/measure.js";
import { buildPeer, type Contender, otherBuild, ours } from "./compare/contender.js";
import { selectGroups } from "./compare/select.js";
import { factsText, machineFacts } from "./machine.js";
import { benchCodeFolder, packageFolder } from "./places.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { median } from "./statistics.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:cold -- [--processes N] [--group NAME]... [--against DIR] [--reference N] [--json]

New processes, with compiled code on disk: from their start to the first receipt, to the end of an import of the
library, and the first execution of each vector of a group, all of a group in one process. CPU is that of all threads.

  --processes N  Of each build, by turns. Default: 15.
  --group NAME   Only this group of vectors, without the imports; may be repeated.
  --against DIR  Another build of this project beside this one.
  --reference N  Processes of the reference, which compiles actors for many seconds in each. Default: none.
  --json         The result as one JSON object on stdout.`;

const OPTIONS = {
  processes: { type: "string", default: "15" },
  group: { type: "string", multiple: true, default: [] as string[] },
  against: { type: "string" },
  reference: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const GROUPS = ["sends", "random", "evm-storage", "miner"];

/** Processes that are not counted: they compile and keep. */
const FIRST_PROCESSES = 2;

/** Who is measured. */
interface Subject {
  readonly name: string;
  readonly contender: Contender;
  /** The folder of its build; the reference has none. */
  readonly folder?: string;
  /** With a folder of compiled code of its own: builds may refuse each other's. */
  readonly env: NodeJS.ProcessEnv;
  readonly processes: number;
}

type Time = ProcessTime & { readonly apply?: number };

/** Medians, in milliseconds, by names of subjects. */
interface Line {
  readonly work: string;
  readonly by: Record<string, Time>;
}

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const processes = countOption("processes", values.processes);
  const subjects = [build("fvm-node", ours, packageFolder, processes)];
  if (values.against !== undefined) {
    subjects.push(build("other build", otherBuild(values.against), resolve(values.against), processes));
  }
  if (values.reference !== undefined) {
    const count = countOption("reference", values.reference);
    subjects.push({ name: "reference", contender: buildPeer(), env: process.env, processes: count });
  }
  const names = values.group.length > 0 ? values.group : GROUPS;
  const lines = values.group.length > 0 ? [] : [await importLine(subjects)];
  for (const { group, files } of await selectGroups(names, undefined)) {
    if (group.name === "evm-storage") lines.push(await line("one EVM message", files.slice(0, 1), subjects));
    lines.push(await line(`${group.title} (${files.length})`, files, subjects));
  }
  const machine = machineFacts();
  if (values.json) console.log(JSON.stringify({ machine, processes, lines }, null, 2));
  else console.log(`${factsText(machine)}\n\n${text(lines)}`);
}

function build(name: string, contender: Contender, folder: string, processes: number): Subject {
  const code = join(benchCodeFolder, "cold", name.replace(" ", "-"));
  mkdirSync(code, { recursive: true, mode: 0o700 });
  // Certificates that Node reads at each start, on machines where the variable says so, are none of ours.
  const env = { ...process.env, FVM_CODE_CACHE: code, NODE_EXTRA_CA_CERTS: "" };
  return { name, contender: telling(contender), folder, env, processes };
}

function importLine(subjects: readonly Subject[]): Promise<Line> {
  const builds = subjects.filter(({ folder }) => folder !== undefined);
  return medians("import of the library", builds, ({ folder = "", env }) =>
    importOf(join(folder, "dist", "index.js"), env),
  );
}

function line(work: string, files: readonly string[], subjects: readonly Subject[]): Promise<Line> {
  return medians(work, subjects, ({ contender, env }) => firstExecutions(contender, files, env));
}

/** By turns, each as often as it has processes. */
async function medians(
  work: string,
  subjects: readonly Subject[],
  run: (subject: Subject) => Promise<Time>,
): Promise<Line> {
  note(work);
  const times = new Map<string, Time[]>(subjects.map(({ name }) => [name, []]));
  const most = Math.max(...subjects.map(({ processes }) => processes));
  for (const subject of subjects) {
    for (let i = 0; i < FIRST_PROCESSES && subject.folder !== undefined; i++) await run(subject);
  }
  for (let turn = 0; turn < most; turn++) {
    for (const subject of turn % 2 === 0 ? subjects : subjects.toReversed()) {
      if (turn < subject.processes) times.get(subject.name)?.push(await run(subject));
    }
  }
  return { work, by: Object.fromEntries([...times].map(([name, all]) => [name, medianOf(all)])) };
}

function medianOf(times: readonly Time[]): Time {
  const applies = times.flatMap(({ apply }) => apply ?? []);
  return {
    clock: median(times.map(({ clock }) => clock)),
    cpu: median(times.map(({ cpu }) => cpu)),
    ...(applies.length > 0 && { apply: median(applies) }),
  };
}

function text(lines: readonly Line[]): string {
  const rows = lines.flatMap(({ work, by }) => {
    const [own] = Object.values(by);
    return Object.entries(by).map(([name, time]) => [
      work,
      name,
      ...(["clock", "cpu", "apply"] as const).flatMap((kind) => cells(time[kind], own?.[kind])),
    ]);
  });
  const header = [
    "milliseconds, and this build's by it",
    "",
    "to the answer",
    "",
    "CPU",
    "",
    "executions",
    "",
  ];
  return table([header, ...rows]).join("\n");
}

function cells(value: number | undefined, own: number | undefined): [string, string] {
  if (value === undefined || Number.isNaN(value)) return ["", ""];
  return [digits(value), digits((own ?? Number.NaN) / value)];
}

runProgram(main);
