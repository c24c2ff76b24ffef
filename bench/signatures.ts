/** Measures how signatures are checked: one by one, in batches, by other libraries; and compares the outcomes. */
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.js";
import { factsText, machineFacts } from "./machine.js";
import {
  aggregateSubjects,
  blsSubjects,
  ourSubjects,
  type Subject,
  secpSubjects,
} from "./signatures/subjects.js";
import { aggregate, singles } from "./signatures/work.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:signatures -- [--rounds N] [--json]

Checks the same signatures one by one, in batches and with other libraries, by turns, and compares the outcomes.
CPU is that of all threads, for each signature or message; busy is the time that the main thread cannot be used
meanwhile. The least of all turns, because neighbours on the machine only add to it.

  --rounds N  Turns of each. Default: 5.
  --json      The results as one JSON object on stdout, in microseconds.`;

/** Work, who does it, the places that all must find. */
interface Section {
  readonly name: string;
  /** Signatures or messages. */
  readonly count: number;
  readonly subjects: readonly Subject[];
  readonly expected: readonly number[];
}

/** Microseconds for each signature or message. */
interface Turn {
  readonly cpu: number;
  readonly wall: number;
  readonly busy: number;
}

/** Signatures in a turn, at least. */
const LEAST_WORK = 64;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else await main(Number(values.rounds));

async function main(rounds: number): Promise<void> {
  if (!Number.isSafeInteger(rounds) || rounds < 1) throw new BenchError("--rounds: a number from 1 on");
  const machine = machineFacts();
  const results: Record<string, Record<string, Turn>> = {};
  for (const section of sections()) results[section.name] = await resultOf(section, rounds);
  if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
  else console.log(`${factsText(machine)}\n\n${Object.entries(results).map(textOf).join("\n\n")}`);
}

function* sections(): Generator<Section> {
  const valid: readonly number[] = [];
  for (const count of [8, 256]) {
    const subjects = blsSubjects(singles("bls", count));
    yield { name: `${count} BLS signatures`, count, subjects, expected: valid };
  }
  const blocks = blsSubjects(singles("bls", 192, { each: 3 }));
  yield { name: "192 BLS signatures, 3 by each key", count: 192, subjects: blocks, expected: valid };
  const wrong = ourSubjects(singles("bls", 256, { wrong: 100 }));
  yield { name: "256 BLS signatures, one of them wrong", count: 256, subjects: wrong, expected: [100] };
  const secp = secpSubjects(singles("secp256k1", 1024));
  yield { name: "1,024 secp256k1 signatures", count: 1024, subjects: secp, expected: valid };
  const messages = aggregateSubjects(aggregate(256));
  yield { name: "aggregate of 256 BLS messages", count: 256, subjects: messages, expected: valid };
}

async function resultOf(
  { count, subjects, expected }: Section,
  rounds: number,
): Promise<Record<string, Turn>> {
  const turns = subjects.map(({ name }) => ({ name, turns: [] as Turn[] }));
  for (let round = -1; round < rounds; round++) {
    for (const [i, { name, check }] of subjects.entries()) {
      const { failed, turn } = await turnOf(check, count);
      if (failed.join() !== expected.join()) throw new BenchError(`${name} finds other signatures invalid`);
      // The first round warms up.
      if (round >= 0) turns[i]?.turns.push(turn);
    }
  }
  return Object.fromEntries(turns.map(({ name, turns }) => [name, leastOf(turns)]));
}

async function turnOf(
  check: Subject["check"],
  count: number,
): Promise<{ failed: readonly number[]; turn: Turn }> {
  const times = Math.ceil(LEAST_WORK / count);
  const [begin, used, idle] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
  let failed: readonly number[] = [];
  for (let i = 0; i < times; i++) failed = await check();
  const { user, system } = process.cpuUsage(used);
  const { active } = performance.eventLoopUtilization(idle);
  const milliseconds = performance.now() - begin;
  const checked = times * count;
  const turn = {
    cpu: (user + system) / checked,
    wall: (milliseconds * 1000) / checked,
    busy: (Math.min(active, milliseconds) * 1000) / checked,
  };
  return { failed, turn };
}

function leastOf(turns: readonly Turn[]): Turn {
  const of = (part: keyof Turn) => Math.min(...turns.map((turn) => turn[part]));
  return { cpu: of("cpu"), wall: of("wall"), busy: of("busy") };
}

function textOf([name, turns]: readonly [string, Readonly<Record<string, Turn>>]): string {
  const rows = Object.entries(turns).map(([subject, { cpu, wall, busy }]) => [
    subject,
    `${digits(cpu)} µs`,
    `${digits(busy)} µs`,
    `${digits(1e6 / wall)}`,
  ]);
  return table([[name, "CPU each", "busy each", "per second"], ...rows]).join("\n");
}
