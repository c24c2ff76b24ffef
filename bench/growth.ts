/** Measures how time grows with one size: of the state, of a call stack, of blocks, of lists of events. */
import { BenchError } from "./bench-error.js";
import { growthChart } from "./growth/chart.js";
import type { Section } from "./growth/curve.js";
import { fitCurve } from "./growth/fit.js";
import { sections } from "./growth/sections.js";
import { sectionText } from "./growth/table.js";
import { factsText, machineFacts } from "./machine.js";
import { note, readOptions, runProgram } from "./program.js";
import { writeResult } from "./results.js";

const HELP = `npm run bench:growth -- [--only NAME]... [--max N] [--json]

Measures the time of one operation as one size grows, checks what comes out, and compares the growth with
what the structures demand: a tree's depth for the state, the size itself for blocks and events, nothing for
the depth of calls.

  --only NAME   state, depth, blocks, events or migration; may be repeated. Default: all.
  --max N       Actors in the largest state: from 1,000 on powers of ten up to it. Default 1000000.
                10000000 takes two minutes and 3 GB of memory.
  --json        The result as one JSON object on stdout.

Results are written to bench/results.`;

const OPTIONS = {
  only: { type: "string", multiple: true, default: [] as string[] },
  max: { type: "string", default: "1000000" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const MAX_ACTORS = 10_000_000;

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  const options = { max: actorCount(values.max), note };
  const machine = machineFacts();
  if (!values.json) console.log(`${factsText(machine)}\n`);
  const measured: Section[] = [];
  for (const name of sectionNames(values.only)) {
    const section = await sections[name]?.(options);
    if (section === undefined) continue;
    measured.push(section);
    if (!values.json) console.log(`${sectionText(section)}\n`);
  }
  const result = { machine, sections: measured.map(withFits) };
  const { cpu, node, commit } = machine;
  const picture = growthChart(measured, `${cpu}, Node ${node}, commit ${commit}`);
  const paths = writeResult({ kind: "growth", date: machine.date, result, picture });
  if (values.json) console.log(JSON.stringify(result, null, 2));
  note(`written: ${paths.join(", ")}`);
}

function withFits(section: Section) {
  return { ...section, curves: section.curves.map((curve) => ({ ...curve, fit: fitCurve(curve) })) };
}

function sectionNames(only: readonly string[]): string[] {
  const names = Object.keys(sections);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BenchError(`nothing called ${unknown}; there are ${names.join(", ")}`);
  return names.filter((name) => only.length === 0 || only.includes(name));
}

function actorCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1_000 && count <= MAX_ACTORS) return count;
  throw new BenchError(`--max is ${text}, not a number from 1000 to ${MAX_ACTORS}`);
}

runProgram(main);
