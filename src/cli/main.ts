#!/usr/bin/env node
import { FvmError } from "../errors.js";
import { ExitStatus } from "./exit-status.js";
import { loadProgram } from "./load-program.js";
import { processOutput } from "./output.js";

const output = processOutput();
// Not process.exit: what was written to a pipe must still arrive.
run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});

async function run(argv: readonly string[]): Promise<number> {
  try {
    // The native addon comes along, and is not there on each platform.
    const program = await loadProgram(argv);
    const status = await program.runCommandLine(argv, output);
    if (status !== ExitStatus.BadInput) program.keep();
    return status;
  } catch (error) {
    if (!(error instanceof FvmError && error.code.startsWith("ADDON_"))) throw error;
    output.note(`fvm: ${error.message}`);
    return ExitStatus.Broken;
  }
}
