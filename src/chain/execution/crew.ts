import type { Cid } from "../../encoding/cid.js";
import type { ThreadPool } from "../../threads/thread-pool.js";
import { Prediction } from "../parallel/prediction.js";
import type { Turns } from "../parallel/schedule.js";
import type { TipsetContext } from "./tipset.js";

/** A tipset for a thread that executes messages of it before their turn: plain data. */
export interface AheadTask {
  /** Memory of its `SharedTipset`. */
  readonly buffer: SharedArrayBuffer;
  /** Number of the thread there. */
  readonly thread: number;
  /** Number of the block share. */
  readonly share: number;
  /** Number of the main thread's block cache. */
  readonly cache: number;
  /** The seed of trouble that is made on purpose. */
  readonly seed: number | undefined;
  readonly stateRoot: Cid;
  readonly context: TipsetContext;
}

/** Threads of a crew. */
export interface CrewThreads {
  /** How many have nothing to do. */
  readonly idle: number;
  /** Gives the task to one of them. Resolves when it is done with it, rejects if the thread is lost or fails. */
  run(task: AheadTask): Promise<unknown>;
}

/**
 * Threads of a pool, as those of a crew.
 *
 * @param taskOf task of the pool for one of the crew
 * @param operation that errors name
 */
export function crewThreads<Task>(
  pool: ThreadPool<Task, unknown>,
  taskOf: (task: AheadTask) => Task,
  operation: string,
): CrewThreads {
  return {
    get idle() {
      return pool.idle;
    },
    run: (task) => pool.run(taskOf(task), operation),
  };
}

/** Options of a crew. */
export interface CrewOptions {
  /** Gas that the calls of a tipset use which is worth the effort. */
  readonly leastGas?: number;
  /** The seed of trouble that is made on purpose. */
  readonly seed?: number | undefined;
}

/**
 * Gas of messages that take some seven milliseconds in all. With less, telling threads of them and hearing from them takes
 * longer than they save.
 */
export const LEAST_GAS = 500_000_000;

/** Threads that execute messages before their turn, and what is kept for them from tipset to tipset. */
export class Crew {
  readonly prediction = new Prediction();
  /** Counts of all tipsets so far. */
  readonly turns: Turns = { repeated: 0, refused: 0, executed: 0 };
  readonly leastGas: number;
  readonly seed: number | undefined;
  #spare: SharedArrayBuffer | undefined;

  constructor(
    readonly threads: CrewThreads,
    { leastGas = LEAST_GAS, seed }: CrewOptions = {},
  ) {
    this.leastGas = leastGas;
    this.seed = seed;
  }

  /** Memory that nobody uses, if there is some. It is the taker's. */
  takeMemory(): SharedArrayBuffer | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare;
  }

  giveMemory(buffer: SharedArrayBuffer): void {
    this.#spare = buffer;
  }
}

/** Threads that can help to execute a tipset: a `TipsetPool`. */
export interface TipsetHelpers {
  /** @internal */
  readonly crew: Crew;
}

export function areHelpers(value: unknown): value is TipsetHelpers {
  return typeof value === "object" && value !== null && "crew" in value && value.crew instanceof Crew;
}
