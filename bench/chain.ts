/** Measures the validation of a chain in a folder against the execution of the same tipsets from memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeChain } from "./chain/make.js";
import { type ChainTimes, measureChain } from "./chain/measure.js";
import { factsText, machineFacts } from "./machine.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:chain -- [--tipsets N] [--messages N] [--rounds N] [--json]

Makes a chain of five miners, imports it into a folder, validates it there, and executes the same tipsets from memory,
by turns. What comes out is compared with the headers both times. Linux only: times are CPU of the main thread.

  --tipsets N   Of the chain. Default 500.
  --messages N  Messages that are drawn for a tipset, on average. Default 20.
  --rounds N    How often each takes its turn. Default 3. The best counts.
  --json        The result as one JSON object on stdout.`;

const OPTIONS = {
  tipsets: { type: "string", default: "500" },
  messages: { type: "string", default: "20" },
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
    const made = await makeChain(folder, {
      tipsets,
      messages,
      onTipset: (done) => done % 100 === 0 && note(`${done}`),
    });
    const times = await measureChain(made, rounds);
    if (values.json) console.log(JSON.stringify({ machine, rounds, ...times }, null, 2));
    else console.log(`${factsText(machine)}\n\n${resultText(times)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function resultText({ tipsets, messages, executed, blocks, stored, validated, memory }: ChainTimes): string {
  const row = (name: string, { wall, cpu, main }: ChainTimes["executed"]) => [
    name,
    `${digits(main / tipsets)} ms`,
    `${digits(main / executed.main)} ×`,
    `${digits(cpu / tipsets)} ms`,
    `${digits(wall / tipsets)} ms`,
  ];
  const rows = [
    ["per tipset", "main thread", "", "all threads", "on the clock"],
    row("executed from memory", executed),
    row("executed from the folder", stored),
    row("blocks checked, not executed", blocks),
    row("validated in the folder", validated),
  ];
  const rss = memory.map(
    ({ tipsets: at, bytes }) => `${(bytes / 2 ** 20).toFixed(0)} MiB after ${at} tipsets`,
  );
  return `${tipsets} tipsets, ${messages} messages\n\n${table(rows).join("\n")}\n\nanonymous memory: ${rss.join(", ")}`;
}

runProgram(main);
