import { bundleFolders } from "../bundles/folders.js";
import { isFvmError } from "../errors.js";
import { readVector, vectorFiles } from "./files.js";
import { Library } from "./library.js";
import { type RunOptions, runVariant, type VariantReport } from "./run.js";

export interface RunVectorsOptions extends Omit<RunOptions, "library"> {
  /** The first folder in which bundles are looked for. */
  readonly bundles?: string;
  /** Only vectors whose file or id contains it. */
  readonly filter?: string;
  /** Called after each vector at each of its variants. */
  readonly onReport?: (report: VariantReport, fileIndex: number, fileCount: number) => void;
}

/**
 * Runs all vectors among files and folders, in one process, so that code is compiled once.
 * Throws `FvmError` NO_VECTORS; a file that is no vector gets a report of its own.
 */
export async function runVectors(
  paths: readonly string[],
  { bundles, filter = "", onReport, ...options }: RunVectorsOptions,
): Promise<VariantReport[]> {
  const library = new Library(bundleFolders(bundles));
  const files = vectorFiles(paths);
  const reports: VariantReport[] = [];
  for (const [index, file] of files.entries()) {
    for await (const report of runFile(file, filter, { ...options, library })) {
      reports.push(report);
      onReport?.(report, index, files.length);
    }
  }
  return reports;
}

async function* runFile(file: string, filter: string, options: RunOptions): AsyncGenerator<VariantReport> {
  const vector = readOrReport(file);
  if ("status" in vector) {
    yield vector;
    return;
  }
  if (!file.includes(filter) && !vector.id.includes(filter)) return;
  for (const variant of vector.variants) yield await runVariant(vector, variant, options);
}

function readOrReport(file: string): ReturnType<typeof readVector> | VariantReport {
  try {
    return readVector(file);
  } catch (error) {
    if (!isFvmError(error, "INVALID_VECTOR")) throw error;
    const { field, reason } = error.details;
    return {
      file,
      id: file,
      variant: "",
      networkVersion: undefined,
      status: "unreadable",
      reason: `${field}: ${reason}`,
      mismatches: [],
      notes: [],
      gasUsed: [],
      applyNs: undefined,
      runNs: undefined,
    };
  }
}
