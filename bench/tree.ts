/** Measures how machines read and write the state tree: sends between accounts of large states, and what they changed. */
import { bigState } from "./growth/big-state.js";
import { factsText, machineFacts } from "./machine.js";
import { countOption, note, readOptions, runProgram } from "./program.js";
import { digits, table } from "./text-table.js";
import { type Build, otherBuild, ownBuild } from "./tree/builds.js";
import { measureState, type Times } from "./tree/measure.js";
import { compareWithReference } from "./tree/reference.js";

const HELP = `npm run bench:tree -- [--against DIR] [--accounts N]... [--rounds N] [--json]
       npm run bench:tree -- --reference [--operations N] [--seed N] [--json]

200 plain sends between accounts that are all different, and the flush after them, which writes 401 actors: with nothing in
memory, with the blocks in the addon's memory but nothing decoded, and with all decoded that is kept decoded. Processor
time of all threads, medians of the rounds.

  --against DIR  Another build of this project, loaded into the same process; the two take turns, and must find the
                 same states.
  --accounts N   May be repeated. Default: 2000, 100000 and 1000000.
  --rounds N     Default: 15.
  --reference    Instead: changes at random, of the tree and of the reference's HAMT (Rust crate fvm_ipld_hamt), which the
                 first run builds. Both must come to the same root after each batch.
  --operations N Changes, in all. Default: 1000000.
  --seed N       Default: 1.
  --json         The result as one JSON object on stdout, in microseconds.`;

const SIZES = ["2000", "100000", "1000000"];

const OPTIONS = {
  against: { type: "string" },
  accounts: { type: "string", multiple: true, default: [] as string[] },
  rounds: { type: "string", default: "15" },
  reference: { type: "boolean", default: false },
  operations: { type: "string", default: "1000000" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

interface Measured {
  readonly accounts: number;
  readonly times: readonly Times[];
}

async function main(): Promise<void> {
  const values = readOptions(OPTIONS);
  if (values.help) return console.log(HELP);
  if (values.reference) {
    const [operations, seed] = [
      countOption("operations", values.operations),
      countOption("seed", values.seed),
    ];
    return reference(operations, seed, values.json);
  }
  const rounds = countOption("rounds", values.rounds);
  const sizes = (values.accounts.length === 0 ? SIZES : values.accounts).map((text) =>
    countOption("accounts", text),
  );
  const builds = [await ownBuild()];
  if (values.against !== undefined) builds.push(await otherBuild(values.against));
  const machine = machineFacts();
  if (!values.json) console.log(factsText(machine));
  note("the compiler of JavaScript sees the code");
  await measureState(await bigState(1_000), builds, 20);
  const measured: Measured[] = [];
  for (const accounts of sizes) {
    note(`a state of ${accounts.toLocaleString("en")} accounts`);
    const times = await measureState(await bigState(accounts), builds, rounds);
    measured.push({ accounts, times });
    if (!values.json) console.log(`\n${textOf({ accounts, times }, builds)}`);
  }
  if (values.json) console.log(JSON.stringify({ machine, measured }, null, 2));
}

async function reference(operations: number, seed: number, json: boolean): Promise<void> {
  const agreed = await compareWithReference(operations, seed);
  if (json) return console.log(JSON.stringify({ seed, agreed }, null, 2));
  const rows = agreed.map(({ keys, operations, batches }) => [keys, `${operations}`, `${batches}`]);
  console.log(table([["the same roots", "operations", "batches"], ...rows]).join("\n"));
}

function textOf({ accounts, times }: Measured, builds: readonly Build[]): string {
  const [own = {}, other] = times;
  const ms = (us: number) => `${digits(us / 1_000)} ms`;
  const rows = Object.entries(own).map(([part, us]) => {
    const others = other?.[part];
    return others === undefined ? [part, ms(us)] : [part, ms(us), ms(others), (us / others).toFixed(2)];
  });
  const head = [`${accounts.toLocaleString("en")} accounts`, ...builds.map(({ name }) => name)];
  return table([other === undefined ? head : [...head, "ratio"], ...rows]).join("\n");
}

runProgram(main);
