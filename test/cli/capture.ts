import type { Output } from "../../src/cli/command.js";
import { runCommandLine } from "../../src/cli/run-command-line.js";

export interface Captured {
  readonly status: number;
  /** Text on stdout. */
  readonly answer: string;
  /** Text on stderr, without progress. */
  readonly notes: string;
}

/** Runs `fvm` in this process. */
export async function fvm(...argv: string[]): Promise<Captured> {
  const [answers, notes]: [string[], string[]] = [[], []];
  const output: Output = {
    answer: (text) => void answers.push(text),
    note: (text) => void notes.push(text),
    progress: () => {},
  };
  const status = await runCommandLine(argv, output);
  return { status, answer: answers.join("\n"), notes: notes.join("\n") };
}
