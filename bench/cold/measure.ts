/** Costs of one new process. */
import { join } from "node:path";
import { BenchError } from "../bench-error.js";
import { type Contender, runContender } from "../compare/contender.js";
import { runProcess } from "../compare/run-process.js";
import { packageFolder } from "../places.js";
import { sum } from "../statistics.js";

/** Milliseconds of a process. */
export interface ProcessTime {
  /** On the clock, from its start to its first answer. */
  readonly clock: number;
  /** Processor time of all its threads, to its end. Not a number for the reference, which does not tell. */
  readonly cpu: number;
}

/** Has a process of Node's say what it took. */
const TELLS_CPU = ["--require", join(packageFolder, "bench", "cold", "tell-cpu.cjs")];

/** The contender, saying what it took. */
export function telling({ name, command, args }: Contender): Contender {
  return { name, command, args: [...TELLS_CPU, ...args] };
}

/** A process that executes these vectors once each; of their first executions the sum, in milliseconds. */
export async function firstExecutions(
  contender: Contender,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ProcessTime & { readonly apply: number }> {
  const { report, firstAnswerMs, stderr } = await runContender(contender, files, { repeat: 1, env });
  const apply = sum(report.vectors.map(({ apply_ns }) => apply_ns.median)) / 1e6;
  return { clock: firstAnswerMs, cpu: cpuIn(stderr), apply };
}

/** A process that imports the library. @param index its file */
export async function importOf(index: string, env: NodeJS.ProcessEnv): Promise<ProcessTime> {
  const script = `await import(${JSON.stringify(index)}); console.log("imported")`;
  const args = [...TELLS_CPU, "--input-type=module", "--eval", script];
  const { status, stderr, firstAnswerMs } = await runProcess(process.execPath, args, env);
  if (status !== 0) throw new BenchError(`${index} cannot be imported: ${stderr.trim()}`);
  return { clock: firstAnswerMs, cpu: cpuIn(stderr) };
}

function cpuIn(stderr: string): number {
  return Number(/^cpu (\d+)$/m.exec(stderr)?.[1]) / 1000;
}
