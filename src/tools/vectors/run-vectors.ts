import { statSync } from "node:fs";
import { bundleFolders } from "../bundles/folders.js";
import { vectorFiles } from "./files.js";
import { Library } from "./library.js";
import type { RunOptions, VariantReport } from "./run.js";
import { type RunFileOptions, runFile } from "./run-file.js";
import { type AheadOptions, vectorThreads } from "./vector-crew.js";
import type { VectorPool } from "./vector-pool.js";

/** Options of `runVectors`. */
export interface RunVectorsOptions extends Omit<RunOptions, "library" | "threads">, Partial<AheadOptions> {
  /** The first folder in which bundles are looked for. */
  readonly bundles?: string;
  /** Only vectors whose file or id contains it. */
  readonly filter?: string;
  /** Threads. Default 1, which is this one. */
  readonly jobs?: number;
  /**
   * Seconds in which vectors are executed before the ones that count, so that V8 has compiled what runs
   * often. Only without further threads. Default 0.
   */
  readonly warmUpSeconds?: number;
  /** Called after the warm-up, if there is one. */
  readonly onWarm?: () => void;
  /** Called after each vector at each of its variants. With several jobs, files are done in any order. */
  readonly onReport?: (report: VariantReport, filesDone: number, fileCount: number) => void;
}

/**
 * Runs all vectors among files and folders, in one process, so that code is compiled once. The reports are
 * in the order of the files.
 * Throws `FvmError` NO_VECTORS; a file that is no vector gets a report of its own.
 */
export async function runVectors(
  paths: readonly string[],
  {
    bundles,
    filter = "",
    jobs = 1,
    workers = 0,
    scheduleSeed,
    warmUpSeconds = 0,
    onWarm,
    onReport = () => {},
    ...options
  }: RunVectorsOptions,
): Promise<VariantReport[]> {
  const files = vectorFiles(paths);
  const folders = bundleFolders(bundles);
  const ahead = { workers, scheduleSeed };
  if (jobs === 1) {
    const threads = await vectorThreads(ahead);
    const here = { ...options, filter, library: new Library(folders), threads };
    try {
      if (warmUpSeconds > 0) {
        await warmUp(files, here, warmUpSeconds);
        onWarm?.();
      }
      return await runHere(files, here, onReport);
    } finally {
      await threads?.close();
    }
  }
  const { VectorPool } = await import("./vector-pool.js");
  return runInThreads(files, new VectorPool(jobs, { ...options, ...ahead, filter, folders }), onReport);
}

/** Runs the files by turns, each a tenth as often as later. What fails now fails later, too. */
async function warmUp(files: readonly string[], options: RunFileOptions, seconds: number): Promise<void> {
  const few = { ...options, repeat: Math.ceil(options.repeat / 10) };
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; performance.now() < end; turn++) {
    for await (const _ of runFile(files[turn % files.length] as string, few));
  }
}

async function runInThreads(
  files: readonly string[],
  pool: VectorPool,
  onReport: NonNullable<RunVectorsOptions["onReport"]>,
): Promise<VariantReport[]> {
  // Their size is all that is known of how long they may take.
  const order = files
    .map((file, index) => ({ file, index, size: statSync(file).size }))
    .sort((a, b) => b.size - a.size);
  let filesDone = 0;
  try {
    const reports = await pool.run(
      order.map(({ file }) => file),
      (done) => {
        for (const report of done) onReport(report, filesDone, files.length);
        filesDone++;
      },
    );
    const inOrder: VariantReport[][] = [];
    for (const [at, { index }] of order.entries()) inOrder[index] = reports[at] ?? [];
    return inOrder.flat();
  } finally {
    await pool.close();
  }
}

async function runHere(
  files: readonly string[],
  options: RunFileOptions,
  onReport: NonNullable<RunVectorsOptions["onReport"]>,
): Promise<VariantReport[]> {
  const reports: VariantReport[] = [];
  for (const [filesDone, file] of files.entries()) {
    for await (const report of runFile(file, options)) {
      reports.push(report);
      onReport(report, filesDone, files.length);
    }
  }
  return reports;
}
