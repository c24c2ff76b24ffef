/** Measures `fvm node` as a process beside the development nodes of Ethereum: its start, calls, transactions, snapshots, watchers. */
import { BenchError } from "./bench-error.js";
import { factsText, machineFacts } from "./machine.js";
import { startAnvil } from "./node/anvil.js";
import { startFvm } from "./node/fvm.js";
import { startHardhat } from "./node/hardhat.js";
import type { Contender, Figure, Measure } from "./node/measure.js";
import { calls } from "./node/measures/calls.js";
import { snapshots } from "./node/measures/snapshots.js";
import { start } from "./node/measures/start.js";
import { transfers } from "./node/measures/transfers.js";
import { watchers } from "./node/measures/watchers.js";
import { figuresText } from "./node/table.js";
import { note, readOptions, runProgram } from "./program.js";

const HELP = `npm run bench:node -- [--only NAME]... [--json]

Measures fvm node as a process over HTTP, beside anvil and Hardhat's network, and checks what they answer.

  --only NAME  One of these; may be repeated. Default: all.
  --json       The result as one JSON object on stdout.

Measures:
  start      from the start of the process to its first answer, compiled actors being on disk
  calls      eth_call of an ERC-20's balanceOf, over one connection and over eight
  transfers  1,000 ERC-20 transfers, each sent once the receipt of the one before is there
  snapshots  evm_snapshot and evm_revert around a transfer, on a state of 100,000 accounts
  watchers   memory with 1,000 filters and 1,000 WebSocket subscribers that are told of each block

Needs bundles of builtin actors. The other nodes are those that node scripts/install-clients.mjs installs in
test/clients; what is not there is left out, and the table says so.`;

const OPTIONS = {
  only: { type: "string", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const MEASURES: Readonly<Record<string, Measure>> = { start, calls, transfers, snapshots, watchers };
const CONTENDERS: readonly Contender[] = [
  { name: "fvm node", start: startFvm },
  { name: "anvil", start: startAnvil },
  { name: "Hardhat", start: startHardhat },
];

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const names = namesOf(values.only);
  const machine = machineFacts();
  const figures: Figure[] = [];
  for (const name of names) {
    for (const contender of CONTENDERS) {
      note(`${name}: ${contender.name}`);
      figures.push(...(await (MEASURES[name] as Measure)(contender)));
    }
  }
  if (values.json) return console.log(JSON.stringify({ machine, figures }, null, 2));
  console.log(`${factsText(machine)}\n\n${figuresText(figures, CONTENDERS)}`);
}

function namesOf(only: readonly string[]): string[] {
  const names = Object.keys(MEASURES);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BenchError(`nothing called ${unknown}; there are ${names.join(", ")}`);
  return only.length === 0 ? names : names.filter((name) => only.includes(name));
}

runProgram(main);
