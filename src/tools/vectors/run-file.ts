import { isFvmError } from "../../errors.js";
import { readVector } from "./files.js";
import { type RunOptions, runVariant, type VariantReport } from "./run.js";

export interface RunFileOptions extends RunOptions {
  /** Only vectors whose file or id contains it. */
  readonly filter: string;
}

/** Runs a vector at each of its variants. A file that is no vector gets a report of its own. */
export async function* runFile(
  file: string,
  { filter, ...options }: RunFileOptions,
): AsyncGenerator<VariantReport> {
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
    const isWhole = field === "(file)" || field === "(top)";
    return reportWithoutRun(file, "unreadable", isWhole ? reason : `${field}: ${reason}`);
  }
}

/** The report of a file as a whole. */
export function reportWithoutRun(
  file: string,
  status: "failed" | "unreadable",
  reason: string,
): VariantReport {
  return {
    file,
    id: file,
    variant: "",
    networkVersion: undefined,
    status,
    reason,
    mismatches: [],
    notes: [],
    gasUsed: [],
    applyNs: undefined,
    runNs: undefined,
  };
}
