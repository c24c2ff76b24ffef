import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GAS_NOTES, type GasTable, gasDifferences, gasTable } from "../../sdk/gas-notes.js";
import type { Output } from "../command.js";
import { UsageError } from "../usage-error.js";
import { buildInFolder } from "./build.js";

/** File of the gas that methods took. */
const GAS_FILE = "actor.gas.json";

/** Builds an actor, runs its tests, compares its gas. Answers the exit code. */
export async function testActor(folder: string, update: boolean, output: Output): Promise<number> {
  const { manifest } = await buildInFolder(folder, output);
  const tests = readdirSync(manifest.folder)
    .filter((name) => name.endsWith(".test.mjs"))
    .map((name) => join(manifest.folder, name));
  if (tests.length === 0) throw new UsageError(`${folder} has no tests: files *.test.mjs`, "actor test");
  const notes = mkdtempSync(join(tmpdir(), "fvm-gas-"));
  try {
    const file = join(notes, "gas");
    writeFileSync(file, "");
    if (!(await passes(tests, file, output))) return 1;
    return compareGas(join(manifest.folder, GAS_FILE), gasTable(file), update, output);
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

async function passes(tests: readonly string[], notes: string, output: Output): Promise<boolean> {
  const child = spawn(process.execPath, ["--test", "--test-reporter=spec", ...tests], {
    // A test runner above this process would take the child for its own.
    env: { ...process.env, [GAS_NOTES]: notes, NODE_TEST_CONTEXT: undefined },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.answer(text.trimEnd()));
  const [code] = await once(child, "close");
  return code === 0;
}

function compareGas(file: string, found: GasTable, update: boolean, output: Output): number {
  if (update || !existsSync(file)) {
    writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
    output.answer(`${file} has the gas of ${Object.keys(found).length} methods`);
    return 0;
  }
  const differences = gasDifferences(JSON.parse(readFileSync(file, "utf8")), found);
  for (const line of differences) output.answer(line);
  if (differences.length === 0) {
    output.answer(`gas is what ${GAS_FILE} says`);
    return 0;
  }
  output.note("gas differs; --update makes this the table");
  return 1;
}
