import type { ChildProcess } from "node:child_process";
import { bindBusiestThread } from "./cores.js";

/** To be called by a program's runner. */
export interface StartEvents {
  readonly onSpawn: (child: ChildProcess) => void;
  /** The program has done what nobody measures. */
  readonly onReady: () => void;
}

/** Starts a program. */
export type Start<T> = (events: StartEvents) => Promise<T>;

export interface TurnOptions {
  /** Milliseconds of a turn. */
  readonly turnMs: number;
  /** On which both run, as far as the system can; `undefined`: wherever it puts them. */
  readonly core: number | undefined;
}

/**
 * Gets two programs ready, one after the other, and lets them run by turns, on one core: a machine that is
 * slow for some seconds, or a core of it, is so for both. What a program executes while its turn ends takes
 * longer by the other one's turn, so executions should be much shorter than turns, and medians be taken.
 * Where processes cannot be stopped (Windows), one runs after the other.
 */
export async function runByTurns<T>(
  first: Start<T>,
  second: Start<T>,
  { turnMs, core }: TurnOptions,
): Promise<[T, T]> {
  if (process.platform === "win32") return [await first(UNWATCHED), await second(UNWATCHED)];
  const children: ChildProcess[] = [];
  const begin = (start: Start<T>) => {
    let ready = () => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const end = start({ onSpawn: (child) => children.push(child), onReady: ready });
    return { end, isReadyOrOver: Promise.race([isReady, end]) };
  };
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
  let turns: NodeJS.Timeout | undefined;
  try {
    const one = begin(first);
    await one.isReadyOrOver;
    children[0]?.kill("SIGSTOP");
    const two = begin(second);
    await Promise.race([two.isReadyOrOver, one.end]);
    next();
    turns = setInterval(next, turnMs);
    return await Promise.all([one.end, two.end]);
  } finally {
    clearInterval(turns);
    // One that failed leaves the other one behind, perhaps stopped.
    for (const child of children) if (!hasEnded(child)) child.kill("SIGKILL");
  }
}

const UNWATCHED: StartEvents = { onSpawn: () => {}, onReady: () => {} };

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
