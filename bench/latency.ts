/** Measures tipsets on a store with latency: with a prefetcher and without, by turns. */
import type { LatencyCase } from "./latency/cases.js";
import { contractsCase, providersCase, recordedCase } from "./latency/chain-cases.js";
import { type LatencyResult, measureCase } from "./latency/measure.js";
import { sendsCase } from "./latency/sends-case.js";
import { vectorCase } from "./latency/vector-case.js";
import { factsText, machineFacts } from "./machine.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:latency -- [--rounds N] [--latency N] [--turns N] [--only NAME]... [--json]

Goes through tipsets on a store that answers after some milliseconds, to any number of questions at the same time, with a
prefetcher and without, by turns. Chains are validated, with nothing in memory at their beginning; other tipsets are
executed each with nothing in memory. What comes out is checked.

  --rounds N   How often both take their turn. Default 5. The fastest run of each tipset, or chain, counts.
  --latency N  Milliseconds. Default 2.
  --turns N    Turns on a store that answers at once, for what a prefetcher costs there. Default 20.
  --only NAME  Only this case; may be repeated.
  --json       The result as one JSON object on stdout.`;

const OPTIONS = {
  rounds: { type: "string", default: "5" },
  latency: { type: "string", default: "2" },
  turns: { type: "string", default: "20" },
  only: { type: "string", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const CASES: Readonly<Record<string, (name: string) => Promise<LatencyCase>>> = {
  miners: (name) => vectorCase(name, "tipsets/nv28/miner-life.json"),
  market: (name) => vectorCase(name, "tipsets/nv28/market-deals.json"),
  contracts: (name) => vectorCase(name, "tipsets/nv28/evm-contracts.json"),
  full: (name) => vectorCase(name, "tipsets/nv28/big-full.json"),
  sends: (name) => sendsCase(name, 100_000, 200),
  "lotus chain": (name) => recordedCase(name, "lotus/nv28"),
  "contracts chain": contractsCase,
  "providers chain": providersCase,
};

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const options = {
    rounds: countOption("rounds", values.rounds),
    latency: countOption("latency", values.latency),
    turns: countOption("turns", values.turns),
  };
  const machine = machineFacts();
  const results: LatencyResult[] = [];
  for (const [name, open] of Object.entries(CASES)) {
    if (values.only.length > 0 && !values.only.includes(name)) continue;
    note(name);
    results.push(await measureCase(await open(name), options));
  }
  if (values.json) console.log(JSON.stringify({ machine, ...options, results }, null, 2));
  else console.log(`${factsText(machine)}\n\n${resultText(results)}`);
}

function resultText(results: readonly LatencyResult[]): string {
  const head = [
    "",
    "tipsets",
    "messages",
    "at least",
    "alone",
    "ahead",
    "of it busy",
    "faster",
    "waits per message",
    "blocks",
    "at once",
  ];
  const rows = results.map(({ name, tipsets, messages, least, alone, ahead, faster, atOnce }) => [
    name,
    String(tipsets),
    String(messages),
    `${digits(least)} ms`,
    `${digits(alone.ms)} ms`,
    `${digits(ahead.ms)} ms`,
    `${digits(ahead.busy)} ms`,
    `${digits(faster)} ×`,
    `${digits(alone.waits / messages)} → ${digits(ahead.waits / messages)}`,
    `${alone.blocks} → ${ahead.blocks}`,
    atOnce.toFixed(3),
  ]);
  return table([head, ...rows]).join("\n");
}

runProgram(main);
