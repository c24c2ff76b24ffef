/** A thread of a `VectorPool`: runs one file after the other. */
import { serve } from "../../threads/serve.js";
import { Library } from "./library.js";
import type { VariantReport } from "./run.js";
import { type RunFileOptions, runFile } from "./run-file.js";

export interface VectorWorkerData extends Omit<RunFileOptions, "library"> {
  /** Where bundles are. */
  readonly folders: readonly string[];
}

serve(async ({ folders, ...options }: VectorWorkerData) => {
  const library = new Library(folders);
  return {
    async perform(file: string) {
      const reports: VariantReport[] = [];
      for await (const report of runFile(file, { ...options, library })) reports.push(report);
      return reports;
    },
  };
});
