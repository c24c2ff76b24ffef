import type { ChildProcess } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { bindBusiestThread } from "./cores.js";

/** Starts a program, and tells what process it is. */
export type Start<T> = (onSpawn: (child: ChildProcess) => void) => Promise<T>;

export interface TurnOptions {
  /** Milliseconds that the first has for itself. */
  readonly headStartMs: number;
  /** Milliseconds of a turn. */
  readonly turnMs: number;
  /** On which both run, as far as the system can; `undefined`: wherever it puts them. */
  readonly core: number | undefined;
}

/**
 * Runs two programs at once, of which only one runs at a time, both on one core: a machine that is slow for
 * some seconds, or a core of it, is so for both. What a program executes while its turn ends takes longer by the other one's turn, so executions
 * should be much shorter than turns, and medians be taken. Where processes cannot be stopped (Windows), one
 * runs after the other.
 */
export async function runByTurns<T>(
  first: Start<T>,
  second: Start<T>,
  { headStartMs, turnMs, core }: TurnOptions,
): Promise<[T, T]> {
  if (process.platform === "win32") return [await first(() => {}), await second(() => {})];
  const children: ChildProcess[] = [];
  const onSpawn = (child: ChildProcess) => {
    children.push(child);
  };
  const one = first(onSpawn);
  await Promise.race([one, setTimeout(headStartMs, undefined, { ref: false })]);
  const two = second(onSpawn);
  let turn = 0;
  const next = () => {
    const isAlone = children.some(hasEnded);
    for (const [at, child] of children.entries()) {
      if (hasEnded(child)) continue;
      if (core !== undefined && child.pid !== undefined) bindBusiestThread(child.pid, core);
      child.kill(isAlone || at === turn ? "SIGCONT" : "SIGSTOP");
    }
    turn = 1 - turn;
  };
  next();
  const turns = setInterval(next, turnMs);
  try {
    return await Promise.all([one, two]);
  } finally {
    clearInterval(turns);
    // One that failed leaves the other one behind, perhaps stopped.
    for (const child of children) if (!hasEnded(child)) child.kill("SIGKILL");
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
