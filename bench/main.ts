/** Compares with the reference on test vectors: the same files, the same results, by turns. */
import { NEWEST_VERSION } from "#src/vm/network/version.js";
import { chart } from "./compare/chart.js";
import { type ColdStart, measureColdStart } from "./compare/cold-start.js";
import { buildPeer, type Contender, otherBuild, ours } from "./compare/contender.js";
import { type MemoryResult, measureMemory, memoryFiles } from "./compare/memory.js";
import type { ComparisonResult } from "./compare/result.js";
import { runRounds } from "./compare/rounds.js";
import { batchesOf, type Selection, selectGroups } from "./compare/select.js";
import { summarise } from "./compare/summary.js";
import { resultText } from "./compare/table.js";
import { measureWorkers, type WorkersResult, workerFiles } from "./compare/workers.js";
import { groups } from "./groups.js";
import { factsText, machineFacts } from "./machine.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { writeResult } from "./results.js";

const HELP = `npm run bench -- [--rounds N] [--repeat N] [--group NAME]... [--against DIR] [--json]

Runs fvm-node and the reference (Rust crates fvm 4.8.4 and 3.14.2) on test vectors, by turns, and compares
their times. The first run builds the reference, which takes a while.

  --rounds N    How often both take their turn. Default 5.
  --repeat N    How often each vector is executed per round. Default: by the time that one takes, 9 to 500.
  --group NAME  Only this group; may be repeated.
  --against DIR Compare with another build of this project instead of the reference: times of vectors only.
  --json        The result as one JSON object on stdout.

Groups:
${groups.map(({ name, title }) => `  ${name.padEnd(13)} ${title}`).join("\n")}

Vectors and bundles are found where fvm finds them (FVM_VECTORS, FVM_BUNDLES). Results are written to
bench/results.`;

const OPTIONS = {
  rounds: { type: "string", default: "5" },
  repeat: { type: "string" },
  group: { type: "string", multiple: true, default: [] as string[] },
  against: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const rounds = countOption("rounds", values.rounds);
  const repeat = values.repeat === undefined ? undefined : countOption("repeat", values.repeat);
  const isReference = values.against === undefined;
  if (isReference) note("building the reference");
  const peer = values.against === undefined ? buildPeer() : otherBuild(values.against);
  const selections = await selectGroups(values.group, isReference ? peer : undefined);
  const batches = batchesOf(selections, repeat);
  const machine = machineFacts();
  const coldStart = isReference ? await coldStartOf(selections, peer, rounds) : undefined;
  const workers = isReference ? await workersOf(selections, rounds) : undefined;
  const memory = isReference ? await memoryOf(selections, peer, rounds) : undefined;
  const onRound = (round: number) => note(`round ${round + 1} of ${rounds}`);
  const measured = await runRounds({ ours, peer }, batches, rounds, onRound);
  const result: ComparisonResult = {
    machine,
    rounds,
    peer: peer.name,
    groups: selections.flatMap((selection) =>
      selection.group.measures.map((measure) => summarise(selection, measure, measured.rounds, repeat)),
    ),
    coldStart,
    workers,
    memory,
    peakRssBytes: measured.peakRssBytes,
  };
  const paths = writeResult({ kind: "", date: machine.date, result, picture: chart(result) });
  if (values.json) console.log(JSON.stringify(result, null, 2));
  else console.log(`${factsText(machine)}\n\n${resultText(result)}`);
  note(`written: ${paths.join(", ")}`);
}

/** On the first vector that runs a contract, of the newest network version, if there is one. */
async function coldStartOf(
  selections: readonly Selection[],
  peer: Contender,
  rounds: number,
): Promise<ColdStart | undefined> {
  const file = selections.find(({ group }) => group.name === "evm-storage")?.files[0];
  if (file === undefined) return undefined;
  note("measuring the start of processes");
  return measureColdStart(ours, peer, file, NEWEST_VERSION, rounds);
}

async function memoryOf(
  selections: readonly Selection[],
  peer: Contender,
  rounds: number,
): Promise<MemoryResult | undefined> {
  const files = memoryFiles(selections);
  if (files.length === 0) return undefined;
  note("measuring memory");
  return measureMemory({ ours, peer }, files, rounds);
}

async function workersOf(
  selections: readonly Selection[],
  rounds: number,
): Promise<WorkersResult | undefined> {
  const files = workerFiles(selections);
  if (files.length === 0) return undefined;
  note("measuring two workers against one");
  return measureWorkers(files, rounds);
}

runProgram(main);
