import { median } from "../statistics.js";

/** Something to measure. */
export interface Micro {
  readonly group: string;
  readonly name: string;
  /** What one call of `run` does so many times. */
  readonly operations: number;
  /** Throws if what comes out is wrong. */
  run(): void;
}

export interface MicroResult {
  readonly group: string;
  readonly name: string;
  /** Nanoseconds per operation. */
  readonly median: number;
  readonly min: number;
  readonly samples: number;
}

const WARM_UP_MS = 300;
const SAMPLES_MS = 1_000;
const MIN_SAMPLES = 5;

export function measure({ group, name, operations, run }: Micro): MicroResult {
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) run();
  const samples: number[] = [];
  const end = performance.now() + SAMPLES_MS;
  while (performance.now() < end || samples.length < MIN_SAMPLES) {
    const start = process.hrtime.bigint();
    run();
    samples.push(Number(process.hrtime.bigint() - start) / operations);
  }
  return { group, name, median: median(samples), min: Math.min(...samples), samples: samples.length };
}

/** Throws unless they are the same. */
export function expectSame<T>(what: string, actual: T, expected: T): void {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}
