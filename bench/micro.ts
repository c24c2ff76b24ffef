/** Measures the parts: the seam, instances, blocks, HAMTs, hashes and signatures, the start of a process. */
import { parseArgs } from "node:util";
import { factsText, machineFacts } from "./machine.js";
import { coldStart } from "./micro/cold-start.js";
import { crypto } from "./micro/crypto.js";
import { ipld } from "./micro/ipld.js";
import { type MicroResult, measure } from "./micro/measure.js";
import { seam } from "./micro/seam.js";
import { duration } from "./text-table.js";

const HELP = `npm run bench:micro -- [--filter TEXT] [--json]

Measures single parts of fvm-node and checks what they answer. Times are per operation: the median of the
samples and the best one.

  --filter TEXT  Only those whose group and name contain it, such as "seam" or "HAMT".
  --json         The results as one JSON object on stdout, in nanoseconds.

Groups:
  seam    calls between Wasm, C++ and JavaScript, sends, instances
  ipld    blocks as actors use them, HAMTs as the state tree uses them
  crypto  hashes and signatures, compared with other libraries
  start   processes; needs vectors and bundles, and compiles actors the first time`;

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
  const micros = [...(await seam()), ...(await ipld()), ...crypto(), ...coldStart(console.error)];
  for (const micro of micros) {
    if (!`${micro.group} ${micro.name}`.includes(values.filter)) continue;
    const result = measure(micro);
    results.push(result);
    if (!values.json) console.log(lineOf(result));
  }
  if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
}

function lineOf({ group, name, median, min }: MicroResult): string {
  return `${group.padEnd(7)} ${name.padEnd(46)} ${duration(median).padStart(9)}   best ${duration(min).padStart(9)}`;
}
