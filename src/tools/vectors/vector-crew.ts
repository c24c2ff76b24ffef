import { Crew, crewThreads } from "../../chain/execution/crew.js";
import { ThreadPool } from "../../threads/thread-pool.js";
import type { AheadWork, VectorChain } from "./ahead-worker.js";
import type { TipsetVector } from "./vector.js";

/** Options of `VectorThreads`. */
export interface AheadOptions {
  /** Threads that execute messages of tipsets before their turn. */
  readonly workers: number;
  /** The seed of trouble that is made for them on purpose. Then they also execute tipsets that are not worth it. */
  readonly scheduleSeed?: number | undefined;
}

/** Threads that execute messages of vectors' tipsets before their turn: the same ones for all vectors. */
export class VectorThreads {
  readonly #pool: ThreadPool<AheadWork, unknown>;
  readonly #options: AheadOptions;

  constructor(options: AheadOptions) {
    const script = new URL("./ahead-worker.js", import.meta.url);
    this.#pool = new ThreadPool({ script, threads: options.workers, data: undefined });
    this.#options = options;
  }

  /** The threads as they work for a vector. All its blocks must be in the cache that it is executed with. */
  crewOf(vector: TipsetVector, networkVersion: number, proofs: VectorChain["proofs"]): Crew {
    const { class: kind, origin, chainId, genesisTimestamp, circulatingSupply } = vector;
    const { randomness, tipsetCids } = vector;
    const facts = {
      class: kind,
      origin,
      chainId,
      genesisTimestamp,
      circulatingSupply,
      randomness,
      tipsetCids,
    };
    const chain: VectorChain = { ...facts, networkVersion, proofs };
    const { scheduleSeed: seed } = this.#options;
    const pool = this.#pool;
    const threads = crewThreads(pool, (task) => ({ chain, task }), "runVectors");
    return new Crew(threads, { seed, ...(seed !== undefined && { leastGas: 0 }) });
  }

  async start(): Promise<void> {
    await this.#pool.start();
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** The threads, started, if there are to be some. */
export async function vectorThreads(options: AheadOptions): Promise<VectorThreads | undefined> {
  if (options.workers === 0) return undefined;
  const threads = new VectorThreads(options);
  await threads.start();
  return threads;
}
