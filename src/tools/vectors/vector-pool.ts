import { HostFault } from "../../errors.js";
import { ThreadPool } from "../../threads/thread-pool.js";
import type { VariantReport } from "./run.js";
import { reportWithoutRun } from "./run-file.js";
import type { VectorWorkerData } from "./vector-worker.js";

/** Threads that run vectors. They share compiled code; each reads bundles for itself. */
export class VectorPool {
  readonly #threads: ThreadPool<string, VariantReport[]>;

  constructor(jobs: number, data: VectorWorkerData) {
    const script = new URL("./vector-worker.js", import.meta.url);
    this.#threads = new ThreadPool({ script, threads: jobs, data });
  }

  /**
   * Runs all vectors of these files, which are handed out one by one, and answers with the reports of each.
   * A file whose thread was lost gets a report that says so. Long ones should be first: at the end they
   * would keep one thread busy and the others idle.
   *
   * @param onDone called with the reports of each file as they come
   */
  async run(
    files: readonly string[],
    onDone: (reports: readonly VariantReport[]) => void = () => {},
  ): Promise<VariantReport[][]> {
    return Promise.all(
      files.map(async (file) => {
        const reports = await this.#runFile(file);
        onDone(reports);
        return reports;
      }),
    );
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }

  async #runFile(file: string): Promise<VariantReport[]> {
    try {
      return await this.#threads.run(file, "runVectors");
    } catch (error) {
      if (!(error instanceof HostFault && error.code === "WORKER_LOST")) throw error;
      return [reportWithoutRun(file, "failed", error.message)];
    }
  }
}
