#!/usr/bin/env node
import { processOutput } from "./output.js";
import { runCommandLine } from "./run-command-line.js";

// Not process.exit: what was written to a pipe must still arrive.
process.exitCode = await runCommandLine(process.argv.slice(2), processOutput());
