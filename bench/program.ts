/** Parts that the benchmark programs share: options, progress, and how they end. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { BenchError } from "./bench-error.js";

/** Throws `BenchError`. */
export function readOptions<T extends NonNullable<ParseArgsConfig["options"]>>(options: T) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new BenchError(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
}

/** A number from 1. Throws `BenchError`. */
export function countOption(name: string, text: string): number {
  if (/^[1-9][0-9]{0,6}$/.test(text)) return Number(text);
  throw new BenchError(`--${name} is ${text}, not a number from 1`);
}

/** Progress goes to stderr: stdout has the result. */
export function note(text: string): void {
  console.error(text);
}

/** A `BenchError` is told in a line, with exit code 2; anything else is a bug. */
export function runProgram(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    if (!(error instanceof BenchError)) throw error;
    console.error(`bench: ${error.message}`);
    process.exitCode = 2;
  });
}
