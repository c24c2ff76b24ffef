import { type Spread, spreadOf } from "../statistics.js";

/** Something to measure. */
export interface Micro {
  readonly group: string;
  readonly name: string;
  /** Operations in one call of `run`. */
  readonly operations: number;
  /** Throws if what comes out is wrong. */
  run(): void;
}

/** Nanoseconds per operation. */
export interface MicroResult extends Spread {
  readonly group: string;
  readonly name: string;
  readonly samples: number;
}

export interface Effort {
  readonly warmUpMs: number;
  readonly samplesMs: number;
}

const USUAL: Effort = { warmUpMs: 300, samplesMs: 1_000 };
const MIN_SAMPLES = 5;

export function measure({ group, name, operations, run }: Micro, effort = USUAL): MicroResult {
  for (const end = performance.now() + effort.warmUpMs; performance.now() < end; ) run();
  const samples: number[] = [];
  const end = performance.now() + effort.samplesMs;
  while (performance.now() < end || samples.length < MIN_SAMPLES) {
    const start = process.hrtime.bigint();
    run();
    samples.push(Number(process.hrtime.bigint() - start) / operations);
  }
  return { group, name, ...spreadOf(samples), samples: samples.length };
}

/** Throws unless they are the same. */
export function expectSame<T>(what: string, actual: T, expected: T): void {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}
