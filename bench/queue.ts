/** Measures the validation of a chain by workers of a queue: more of them, stores with latency, and a model of many. */

import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ChainStore } from "#src/chain/store/chain-store.js";
import { parseCid } from "#src/encoding/cid.js";
import { BenchError } from "./bench-error.js";
import { makeChain, OWN_BEGINNING } from "./chain/make.js";
import { factsText, machineFacts } from "./machine.js";
import { program } from "./places.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { Fleet, fvm } from "./queue/fleet.js";
import { model } from "./queue/model.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:queue -- [--tipsets N] [--messages N] [--workers N]... [--rounds N] [--latency MS] [--model]

Makes a chain by \`fvm devnet\`, imports it, and has worker processes validate it, each with one range at a time, over a
redis-server of its own with an append-only file. Each answer is compared, byte for byte, with that of \`fvm chain validate\`
alone. Times are of the coordinator's whole process; workers are there before, and have done a first round that does not
count.

  --tipsets N   Of the chain. Default 600.
  --messages N  Messages that are drawn for a tipset, on average. Default 20.
  --workers N   How many; may be repeated. Default 1, 2, 4.
  --rounds N    The fastest counts. Default 2.
  --range N     Seconds that a range is to take. Default 1.
  --pin         Each worker on a core of its own, as far as there are any.
  --latency MS  Instead, one worker reads from a gateway that answers so late, with fetches ahead and without; for each a
                new worker, with nothing in memory.
  --model       Instead, how long 1 to 1,000 workers would take for a month of mainnet, as a table.
  --ms N        For --model: milliseconds of a tipset. Default 200.
  --json        The result as one JSON object on stdout.`;

const OPTIONS = {
  tipsets: { type: "string", default: "600" },
  messages: { type: "string", default: "20" },
  workers: { type: "string", multiple: true, default: ["1", "2", "4"] as string[] },
  rounds: { type: "string", default: "2" },
  range: { type: "string", default: "1" },
  pin: { type: "boolean", default: false },
  latency: { type: "string" },
  model: { type: "boolean", default: false },
  ms: { type: "string", default: "200" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

interface Row {
  readonly name: string;
  readonly ms: number;
  /** Milliseconds of the same call when all is done: the coordinator's own beginning and end. */
  readonly idle: number;
  readonly ranges: number;
  /** Processor seconds of the workers. */
  readonly cpu: number;
  /** Commands of the server for each range. */
  readonly commands: number;
}

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  if (values.model) return console.log(modelText(countOption("ms", values.ms)));
  const machine = machineFacts();
  const folder = mkdtempSync(join(tmpdir(), "fvm-bench-queue-"));
  try {
    const data = await importedChain(folder, values);
    const alone = await validatedAlone(folder, data);
    const how = { data, folder, range: values.range, alone: alone.text, pin: values.pin };
    const rounds = countOption("rounds", values.rounds);
    const rows =
      values.latency === undefined
        ? await byWorkers(
            how,
            values.workers.map((text) => countOption("workers", text)),
            rounds,
          )
        : await byLatency(how, countOption("latency", values.latency));
    const all = [{ name: "alone", ms: alone.ms, idle: 0, cpu: 0, ranges: 0, commands: 0 }, ...rows];
    if (values.json) console.log(JSON.stringify({ machine, rows: all }, null, 2));
    else console.log(`${factsText(machine)}\n\n${rowsText(all)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface How {
  readonly data: string;
  readonly folder: string;
  readonly range: string;
  readonly alone: string;
  readonly pin: boolean;
}

async function byWorkers(how: How, counts: readonly number[], rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const workers of counts) {
    await using fleet = await Fleet.start(how.folder);
    await fleet.work(workers, how.pin, "--store", how.data);
    note(`${workers} workers`);
    await validated(fleet, how);
    const found: Omit<Row, "name">[] = [];
    for (let i = 0; i < rounds; i++) found.push(await validated(fleet, how));
    found.sort((a, b) => a.ms - b.ms);
    rows.push({
      name: workers === 1 ? "1 worker" : `${workers} workers`,
      ...(found[0] as Omit<Row, "name">),
    });
  }
  return rows;
}

async function byLatency(how: How, latency: number): Promise<Row[]> {
  const rows: Row[] = [];
  const store = await ChainStore.open(how.data);
  const server = createServer(async ({ url }, response) => {
    await setTimeout(latency);
    const data = store.blockstore.get(parseCid(/^\/ipfs\/(\w+)/.exec(url ?? "")?.[1] ?? ""));
    if (data === undefined) response.writeHead(404).end();
    else response.end(data);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const gateway = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const cases = {
    "a folder": ["--store", how.data],
    [`${latency} ms away, fetched ahead`]: ["--store", gateway],
    [`${latency} ms away`]: ["--store", gateway, "--no-prefetch"],
  };
  for (const [name, argv] of Object.entries(cases)) {
    await using fleet = await Fleet.start(how.folder);
    await fleet.work(1, how.pin, ...argv);
    note(name);
    rows.push({ name, ...(await validated(fleet, how)) });
  }
  server.close();
  server.closeAllConnections();
  await store.close();
  return rows;
}

/** Throws `BenchError` if the answer is another one. */
async function validated(fleet: Fleet, how: How): Promise<Omit<Row, "name">> {
  const { ms, ...counts } = await asked(fleet, how, ["--again"]);
  const { ms: idle } = await asked(fleet, how, []);
  return { ms, idle, ...counts };
}

async function asked(fleet: Fleet, { data, folder, range, alone }: How, more: readonly string[]) {
  const report = join(folder, "ranges");
  const before = await fleet.commands();
  const cpuBefore = fleet.cpuSeconds();
  const argv = ["--data", data, "--queue", fleet.url, "--ranges", report, "--range-seconds", range];
  const { ms, text } = await fvm("chain", "validate", ...argv, ...more, "--json");
  if (text !== alone) throw new BenchError(`another answer: ${text}`);
  const ranges = readFileSync(report, "utf8").trimEnd().split("\n").length;
  return {
    ms,
    cpu: fleet.cpuSeconds() - cpuBefore,
    ranges,
    commands: ((await fleet.commands()) - before) / ranges,
  };
}

async function validatedAlone(
  folder: string,
  data: string,
): Promise<{ readonly ms: number; readonly text: string }> {
  const copy = join(folder, "copy");
  cpSync(data, copy, { recursive: true });
  return fvm("chain", "validate", "--data", copy, "--json");
}

async function importedChain(folder: string, values: { tipsets: string; messages: string }): Promise<string> {
  const made = await makeChain(program, folder, {
    tipsets: countOption("tipsets", values.tipsets),
    messages: countOption("messages", values.messages),
    mix: "mainnet",
    beginning: OWN_BEGINNING,
  });
  const [data, network] = [join(folder, "data"), join(folder, "network.json")];
  writeFileSync(network, JSON.stringify(made.network));
  // States of all epochs, so that a range begins anywhere.
  await fvm("chain", "import", made.car, "--data", data, "--network", network);
  await fvm("chain", "validate", "--data", data);
  await forgetValidated(data);
  return data;
}

/** The states stay. */
async function forgetValidated(data: string): Promise<void> {
  const store = await ChainStore.open(data);
  await store.database.write({ meta: { "chain/validated": undefined } });
  await store.close();
}

function rowsText(rows: readonly Row[]): string {
  const workOf = ({ ms, idle }: Row) => ms - idle;
  const first = rows.find(({ ranges }) => ranges > 0);
  const text = rows.map((row) => {
    const { name, ms, idle, cpu, ranges, commands } = row;
    if (first === undefined || ranges === 0) return [name, `${digits(ms / 1000)} s`, "", "", "", "", "", ""];
    return [
      name,
      `${digits(ms / 1000)} s`,
      `${digits(idle / 1000)} s`,
      `${digits(first.ms / ms)} ×`,
      `${digits(workOf(first) / workOf(row))} ×`,
      `${digits(cpu)} s`,
      String(ranges),
      digits(commands),
    ];
  });
  const head = [
    "",
    "time",
    "with all done",
    "faster",
    "without that",
    "workers' CPU",
    "ranges",
    "commands per range",
  ];
  return table([head, ...text]).join("\n");
}

const MODELLED = [1, 10, 100, 300, 1000];
const SIGMAS = [0.3, 1];

function modelText(ms: number): string {
  const rows = SIGMAS.flatMap((sigma) =>
    MODELLED.map((workers) => {
      const options = {
        tipsets: 86_400,
        ms,
        sigma,
        rangeMs: 30_000,
        overheadMs: 60,
        bytes: 4 << 20,
        commands: 60,
      };
      const { seconds, busy, ranges, commandsPerSecond, mebibytesPerSecond } = model(workers, options);
      return [
        String(sigma),
        String(workers),
        seconds > 5400 ? `${digits(seconds / 3600)} h` : `${digits(seconds / 60)} min`,
        `${(100 * busy).toFixed(1)} %`,
        String(ranges),
        digits(commandsPerSecond),
        `${digits(mebibytesPerSecond)} MiB/s`,
      ];
    }),
  );
  const head = ["skew", "workers", "time", "busy", "ranges", "commands/s", "from stores"];
  return table([head, ...rows]).join("\n");
}

runProgram(main);
