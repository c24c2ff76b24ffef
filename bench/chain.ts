/** Measures the validation of a chain in a folder against the execution of the same tipsets from memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Beginning, makeChain, OWN_BEGINNING, usualBeginning } from "./chain/make.js";
import { measureChain } from "./chain/measure.js";
import type { ChainTimes, WorkResult } from "./chain/result.js";
import { factsText, machineFacts } from "./machine.js";
import { program } from "./places.js";
import { countOption, readOptions, runProgram } from "./program.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:chain -- [--tipsets N] [--messages N] [--mix MIX] [--rounds N] [--json]

Makes a chain of five miners by \`fvm devnet\`, on the first state of a real network of version 27 if the bundle folders
have it (genesis/butterflynet-nv27.car, v17/builtin-actors-butterflynet.car), with messages as mainnet has them. Imports it
into a folder, validates it there by the command with its defaults, and executes the same tipsets from memory, by turns,
each time in a process of its own. What comes out is compared with the headers both times. Linux only: it reads the CPU time of the main thread, and memory.

  --tipsets N   Of the chain. Default 500.
  --messages N  Messages that are drawn for a tipset, on average. Default 40.
  --mix MIX     Which, as fvm devnet takes it. Default mainnet.
  --genesis FILE, --bundle NETWORK, --network-version N
                Another beginning, as fvm devnet takes it. --genesis none: a state of its own.
  --rounds N    How often each takes its turn. Default 3. The fastest counts.
  --json        The result as one JSON object on stdout.`;

const OPTIONS = {
  tipsets: { type: "string", default: "500" },
  messages: { type: "string", default: "40" },
  mix: { type: "string", default: "mainnet" },
  genesis: { type: "string" },
  bundle: { type: "string" },
  "network-version": { type: "string" },
  rounds: { type: "string", default: "3" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const tipsets = countOption("tipsets", values.tipsets);
  const messages = countOption("messages", values.messages);
  const rounds = countOption("rounds", values.rounds);
  const machine = machineFacts();
  const folder = mkdtempSync(join(tmpdir(), "fvm-bench-chain-"));
  try {
    const beginning = beginningOf(values);
    const made = await makeChain(program, folder, { tipsets, messages, mix: values.mix, beginning });
    const times = await measureChain(made, rounds);
    if (values.json) console.log(JSON.stringify({ machine, rounds, source: made.source, ...times }, null, 2));
    else console.log(`${factsText(machine)}\n\n${made.source}\n${resultText(times)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whatever the options leave out is as usual. */
function beginningOf(values: {
  readonly genesis?: string | undefined;
  readonly bundle?: string | undefined;
  readonly "network-version"?: string | undefined;
}): Beginning {
  const { genesis, bundle, "network-version": version } = values;
  const usual = genesis === undefined ? usualBeginning() : OWN_BEGINNING;
  return {
    genesis: genesis === undefined ? usual.genesis : genesis === "none" ? undefined : genesis,
    bundle: bundle ?? usual.bundle,
    networkVersion: version === undefined ? usual.networkVersion : countOption("network-version", version),
  };
}

function resultText(times: ChainTimes): string {
  const { tipsets, messages, executed, stored, checked, validated } = times;
  const row = (name: string, { wall, cpu, main }: WorkResult) => [
    name,
    `${digits(wall / tipsets)} ms`,
    `${digits(wall / executed.wall)} ×`,
    `${digits(main / tipsets)} ms`,
    `${digits(main / executed.main)} ×`,
    `${digits(cpu / tipsets)} ms`,
  ];
  const rows = [
    ["per tipset", "on the clock", "", "main thread", "", "all threads"],
    row("executed from memory", executed),
    row("validated: fvm chain validate", validated),
    row("executed from the folder", stored),
    row("blocks checked, not executed", checked),
  ];
  const memory = [
    ["memory of fvm chain validate", "RSS", "without mapped files"],
    ...validated.memory.map(({ tipsets: at, rss, anonymous }) => [
      `${at} tipsets`,
      mebibytes(rss),
      mebibytes(anonymous),
    ]),
  ];
  const text = (lines: readonly string[][]) => table(lines).join("\n");
  return `${tipsets} tipsets, ${messages} messages\n\n${text(rows)}\n\n${text(memory)}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

runProgram(main);
