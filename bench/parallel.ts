/** Measures tipsets with the help of a pool's threads against the same without. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { LEAST_GAS } from "#src/chain/execution/crew.js";
import { executeTipset } from "#src/chain/execution/execute-tipset.js";
import type { TipsetResult } from "#src/chain/execution/tipset.js";
import { TipsetPool } from "#src/chain/pool/tipset-pool.js";
import { BenchError } from "./bench-error.js";
import { factsText, machineFacts } from "./machine.js";
import { type ParallelCase, type ParallelCases, parallelCases } from "./parallel/cases.js";
import { mixCases } from "./parallel/mixes.js";
import { type ModelTipset, measured, modelledTime, modelTipsets } from "./parallel/model.js";
import { vectorFolder } from "./places.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { median } from "./statistics.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:parallel -- [--workers N] [--rounds N] [--filter TEXT] [--model] [--json]

Tipsets that are executed by one thread, and with the help of others that execute messages before their turn. Reward,
cron and flush included; what comes out is compared. Milliseconds, medians. It takes as many cores as threads, and one
more, that nobody else uses.

  --workers N    Threads that help. Default: 1.
  --rounds N     Default: 30.
  --filter TEXT  Only cases whose name contains it.
  --model        Instead: what these and tipsets of the vectors would take on more cores, by a model. Each message is executed on one
                 core, for its time and what it reads and writes; --filter chooses vectors.
  --json         The result as one JSON object on stdout.`;

const OPTIONS = {
  workers: { type: "string", default: "1" },
  rounds: { type: "string", default: "30" },
  filter: { type: "string", default: "" },
  model: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Cases by chain. */
const SETS: readonly ((folder: string) => Promise<ParallelCases>)[] = [parallelCases, mixCases];

/** Rounds before those that count: V8 compiles, and habits of messages are learnt. */
const WARM_UPS = 40;

interface Measured {
  readonly name: string;
  /** Milliseconds. */
  readonly messages: number;
  readonly alone: number;
  readonly helped: number;
  /** Messages of one tipset. */
  readonly repeated: number;
  readonly refused: number;
  readonly executed: number;
}

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  if (values.model) return model(values.filter, values.json);
  const rounds = countOption("rounds", values.rounds);
  const workers = countOption("workers", values.workers);
  const machine = machineFacts();
  const measured: Measured[] = [];
  const folder = mkdtempSync(join(tmpdir(), "fvm-parallel-"));
  try {
    for (const [i, make] of SETS.entries()) {
      const all = await make(join(folder, `${i}`));
      await using pool = await TipsetPool.create(all.pool.module, { workers, data: all.pool.data });
      for (const one of all.cases.filter(({ name }) => name.includes(values.filter))) {
        note(one.name);
        measured.push(await measure(pool, all, one, rounds));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (values.json) return console.log(JSON.stringify({ machine, workers, measured }, null, 2));
  const rows = measured.map(({ name, messages, alone, helped, repeated, refused, executed }) => [
    name,
    `${messages}`,
    digits(alone),
    digits(helped),
    `${digits(helped / alone)} ×`,
    `${repeated}`,
    `${refused}`,
    `${executed}`,
  ]);
  const head = ["ms per tipset", "messages", "alone", "helped", "", "repeated", "refused", "executed"];
  console.log(`${factsText(machine)}\n\n${table([head, ...rows]).join("\n")}`);
}

/** Cores that the model is asked about. */
const CORES = [2, 4, 8, 16, 32];

async function model(filter: string, json: boolean): Promise<void> {
  const machine = machineFacts();
  const tipsets: ModelTipset[] = [];
  const folder = mkdtempSync(join(tmpdir(), "fvm-parallel-"));
  try {
    for (const [i, make] of SETS.entries()) {
      const { node, cases } = await make(join(folder, `${i}`));
      for (const { name, stateRoot, tipset } of cases) {
        tipsets.push(await measured(name, node, stateRoot, tipset));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  tipsets.push(...(await modelTipsets(join(vectorFolder(), "tipsets"), filter, LEAST_GAS)));
  const modelled = tipsets.map((tipset) => {
    const alone = modelledTime(tipset, 1);
    const helped = CORES.map((cores) => modelledTime(tipset, cores) / alone);
    return { name: tipset.name, messages: tipset.places.length, alone: alone / 1000, helped };
  });
  if (json) return console.log(JSON.stringify({ machine, cores: CORES, modelled }, null, 2));
  const rows = modelled.map(({ name, messages, alone, helped }) => [
    name,
    `${messages}`,
    digits(alone),
    ...helped.map((ratio) => digits(ratio)),
  ]);
  const head = ["tipset", "messages", "ms, 1 core", ...CORES.map((cores) => `${cores} cores`)];
  console.log(`${factsText(machine)}\n\n${table([head, ...rows]).join("\n")}`);
}

async function measure(
  pool: TipsetPool,
  { node, mayFail }: ParallelCases,
  { name, stateRoot, tipset }: ParallelCase,
  rounds: number,
): Promise<Measured> {
  const alone: number[] = [];
  const helped: number[] = [];
  const expected = await executeTipset(node, stateRoot, tipset, { selected: true });
  if (!mayFail && !isSuccess(expected)) throw new BenchError(`${name}: a message fails`);
  const run = async (times: number[], options: { readonly pool?: TipsetPool }) => {
    // Work that V8 has put off is not part of it.
    await setImmediate();
    const start = performance.now();
    const result = await executeTipset(node, stateRoot, tipset, { selected: true, ...options });
    times.push(performance.now() - start);
    if (!isEqual(result, expected)) throw new BenchError(`${name}: the results differ`);
  };
  const { turns } = pool.crew;
  for (let round = 0; round < WARM_UPS + rounds; round++) {
    if (round === WARM_UPS) Object.assign(turns, { repeated: 0, refused: 0, executed: 0 });
    await run(alone, {});
    await run(helped, { pool });
  }
  const each = (count: number) => Math.round(count / rounds);
  return {
    name,
    messages: tipset.blocks.reduce((sum, { messages }) => sum + messages.length, 0),
    alone: median(alone.slice(WARM_UPS)),
    helped: median(helped.slice(WARM_UPS)),
    repeated: each(turns.repeated),
    refused: each(turns.refused),
    executed: each(turns.executed),
  };
}

function isEqual(a: TipsetResult, b: TipsetResult): boolean {
  return a.stateRoot === b.stateRoot && a.receiptsRoot === b.receiptsRoot;
}

function isSuccess({ blocks }: TipsetResult): boolean {
  return blocks.every(({ messages }) => messages.every(({ receipt }) => receipt.exitCode === 0));
}

runProgram(main);
