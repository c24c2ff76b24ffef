#!/usr/bin/env node
import { isFvmError } from "../errors.js";
import { ExitStatus } from "./exit-status.js";
import { processOutput } from "./output.js";

const output = processOutput();
// Not process.exit: what was written to a pipe must still arrive.
process.exitCode = await run();

async function run(): Promise<number> {
  try {
    // The native addon comes along, and is not there on each platform.
    const { runCommandLine } = await import("./run-command-line.js");
    return await runCommandLine(process.argv.slice(2), output);
  } catch (error) {
    if (!isFvmError(error, "ADDON_NOT_FOUND") && !isFvmError(error, "ADDON_OUTDATED")) throw error;
    output.note(`fvm: ${error.message}`);
    return ExitStatus.Broken;
  }
}
