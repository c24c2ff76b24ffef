/** A thread of a `VectorPool`: runs one file after the other. */
import { serve } from "../../threads/serve.js";
import { Library } from "./library.js";
import type { VariantReport } from "./run.js";
import { type RunFileOptions, runFile } from "./run-file.js";
import { type AheadOptions, vectorThreads } from "./vector-crew.js";

export interface VectorWorkerData extends Omit<RunFileOptions, "library" | "threads">, Partial<AheadOptions> {
  /** Where bundles are. */
  readonly folders: readonly string[];
}

serve(async ({ folders, workers = 0, scheduleSeed, ...options }: VectorWorkerData) => {
  const library = new Library(folders);
  const threads = await vectorThreads({ workers, scheduleSeed });
  return {
    async perform(file: string) {
      const reports: VariantReport[] = [];
      for await (const report of runFile(file, { ...options, library, threads })) reports.push(report);
      return reports;
    },
    close: async () => threads?.close(),
  };
});
