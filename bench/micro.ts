/** Measures the parts: the seam, instances, blocks, HAMTs, hashes and signatures. */
import { parseArgs } from "node:util";
import { factsText, machineFacts } from "./machine.js";
import { crypto } from "./micro/crypto.js";
import { ipld } from "./micro/ipld.js";
import { type MicroResult, measure } from "./micro/measure.js";
import { seam } from "./micro/seam.js";

const HELP = `npm run bench:micro -- [--filter TEXT] [--json]

Measures single parts of fvm-node and checks what they answer. Times are nanoseconds per operation.`;

const { values } = parseArgs({
  options: {
    filter: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const machine = machineFacts();
  if (!values.json) console.log(`${factsText(machine)}\n`);
  const results: MicroResult[] = [];
  for (const micro of [...(await seam()), ...(await ipld()), ...crypto()]) {
    if (!`${micro.group} ${micro.name}`.includes(values.filter)) continue;
    const result = measure(micro);
    results.push(result);
    if (!values.json) console.log(lineOf(result));
  }
  if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
}

function lineOf({ group, name, median, min }: MicroResult): string {
  return `${group.padEnd(7)} ${name.padEnd(40)} ${shown(median)}   best ${shown(min)}`;
}

function shown(nanoseconds: number): string {
  const [value, unit] = nanoseconds < 10_000 ? [nanoseconds, "ns"] : [nanoseconds / 1_000, "µs"];
  return `${value.toFixed(value < 100 ? 1 : 0).padStart(7)} ${unit}`;
}
