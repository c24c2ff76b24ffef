/** Measures the package's stores: puts, gets, misses, scans, bytes on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError } from "./bench-error.js";
import { factsText, machineFacts } from "./machine.js";
import { note, readOptions, runProgram } from "./program.js";
import { contenders } from "./stores/contenders.js";
import { measureStore, type StoreResult } from "./stores/measure.js";
import { randomBlocks } from "./stores/random-blocks.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:stores -- [--blocks N] [--filter TEXT] [--json]

Puts blocks of 200 to 2,000 bytes into each store, in batches of 1,000, opens it again, and reads: each block once in
random order, as many blocks that are absent, and all in the store's own order. All that is read is compared.

Times are CPU time per block, of all threads, in microseconds: on a busy machine the clock says little. The file is in
the system's memory when it is read.

  --blocks N     Default: 200000.
  --filter TEXT  Only stores whose name contains it.
  --json         The results as one JSON object on stdout.`;

const OPTIONS = {
  blocks: { type: "string", default: "200000" },
  filter: { type: "string", default: "" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const count = Number(values.blocks);
  if (!Number.isInteger(count) || count < 1000) throw new BenchError("--blocks is a number from 1000 on");
  const machine = machineFacts();
  if (!values.json) console.log(`${factsText(machine)}\n`);
  const blocks = randomBlocks(count);
  const results: StoreResult[] = [];
  for (const contender of contenders.filter(({ name }) => name.includes(values.filter))) {
    note(contender.name);
    const folder = mkdtempSync(join(tmpdir(), "fvm-bench-"));
    try {
      results.push(await measureStore(contender, blocks, folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  console.log(values.json ? JSON.stringify({ machine, count, results }, null, 2) : tableOf(results));
}

function tableOf(results: readonly StoreResult[]): string {
  const rows = results.map(({ name, micros, fileBytesPerBlock }) => [
    name,
    ...[micros.put, micros.open, micros.get, micros.miss, micros.scan].map(digits),
    fileBytesPerBlock === 0 ? "" : fileBytesPerBlock.toFixed(0),
  ]);
  const titles = ["CPU µs per block", "put", "open", "get", "miss", "scan", "file bytes"];
  return table([titles, ...rows]).join("\n");
}

runProgram(main);
