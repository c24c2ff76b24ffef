import { ServiceThread } from "../../threads/service-thread.js";
import { ThreadPool } from "../../threads/thread-pool.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import { type AheadTask, Crew, crewThreads, type TipsetHelpers } from "../execution/crew.js";
import { Chain } from "../history/chain.js";
import { chainNode } from "../node/chain-node.js";
import type { ChainStore } from "../store/chain-store.js";
import type { EpochRange } from "../store/ranges.js";
import { BlockValidator } from "../validation/block-validator.js";
import type { AheadWorkerData } from "./ahead-worker.js";
import type { CheckingData, CheckingTask } from "./checking-protocol.js";
import { keyedProofs, winningPosts } from "./keyed-proofs.js";
import { ThreadChecks } from "./thread-checks.js";
import { ThreadWrittenStore } from "./thread-written-store.js";
import { OwnChecks, type TipsetChecks } from "./tipset-checks.js";
import {
  type ChainValidation,
  type ValidateChainOptions,
  type ValidationProgress,
  validateMain,
} from "./validate-chain.js";

/** Milliseconds after which progress is written down. */
const REMEMBERED_EVERY = 5000;

/** Options of `validatePiece`. */
export interface PieceOptions extends Pick<ValidateChainOptions, "maxListed"> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ValidationProgress) => void;
  /** Whether blocks are checked and stored by a thread of their own. Default: no. */
  readonly beside?: boolean;
  /** Threads that execute messages before their turn. Default: none. */
  readonly workers?: number;
  /** Folder of keys with which proofs are verified. Default: proofs are taken for valid. */
  readonly proofKeys?: string;
  /** First epoch of all pieces: what it is executed on, no validation has found to be right. */
  readonly first: number;
}

/**
 * Validates epochs of a chain in a folder, and remembers in the folder how far it got. The head is never remembered: no
 * header says yet what it leads to. Proofs are verified if there are keys for them.
 */
export async function validatePiece(
  store: ChainStore,
  range: EpochRange,
  { signal, maxListed, onProgress, beside = false, workers = 0, proofKeys, first }: PieceOptions,
): Promise<ChainValidation> {
  const { network } = store;
  const head = await store.head(signal && { signal });
  const tools = beside ? threadTools(store, proofKeys) : ownTools(store, proofKeys);
  const { chain, checks } = tools;
  const memory = new ProgressMemory(store, range.from, tools);
  const helpers = workers === 0 ? undefined : helperThreads(store, workers, proofKeys);
  try {
    const node = chainNode({ network, chain, proofs: keyedProofs(proofKeys) ?? acceptProofs });
    const main = { chain, head, index: store };
    const result = await validateMain(
      { main, network, node, checks, pool: helpers },
      {
        ...range,
        takesStart: range.from !== first,
        ...winningPosts(chain, proofKeys),
        ...(signal && { signal }),
        ...(maxListed !== undefined && { maxListed }),
        async onProgress(progress) {
          onProgress?.(progress);
          if (progress.epoch < head.epoch) await memory.add(progress.epoch);
        },
      },
    );
    await tools.written();
    return result;
  } finally {
    await allOf(
      () => helpers?.end(),
      () => memory.write(),
      () => tools.close(),
    );
  }
}

/** Takes all steps, one after the other. Throws what the last one has thrown that failed. */
async function allOf(...steps: readonly (() => void | Promise<void> | undefined)[]): Promise<void> {
  const [step, ...others] = steps;
  if (step === undefined) return;
  try {
    await step();
  } finally {
    await allOf(...others);
  }
}

/** Threads that have the folder open, too. */
function helperThreads(
  { folder }: ChainStore,
  threads: number,
  proofKeys: string | undefined,
): TipsetHelpers & { end(): Promise<void> } {
  const script = new URL("./ahead-worker.js", import.meta.url);
  const data: AheadWorkerData = { folder, proofKeys };
  const pool = new ThreadPool<AheadTask, unknown>({ script, threads, data });
  const crew = new Crew(crewThreads(pool, (task) => task, "validate"));
  // They have only read the folder, so they may end at once.
  return { crew, end: () => pool.terminate() };
}

/** Tools with which a piece is validated. */
interface PieceTools {
  readonly chain: Chain;
  readonly checks: TipsetChecks;
  /** Resolves once all is on disk that was stored by now. */
  written(): Promise<void>;
  close(): Promise<void>;
}

function ownTools({ chain, network }: ChainStore, proofKeys: string | undefined): PieceTools {
  const checks = new OwnChecks(chain, new BlockValidator(chain, network, winningPosts(chain, proofKeys)));
  return { chain, checks, written: async () => undefined, close: async () => undefined };
}

function threadTools(store: ChainStore, proofKeys: string | undefined): PieceTools {
  const data: CheckingData = { folder: store.folder, proofKeys };
  const script = new URL("./checking-worker.js", import.meta.url);
  const thread = new ServiceThread<CheckingTask, unknown>({ script, data });
  const blockstore = new ThreadWrittenStore(store.blockstore, thread);
  const chain = new Chain(blockstore, { index: store });
  return {
    chain,
    checks: new ThreadChecks(
      thread,
      chain,
      new BlockValidator(chain, store.network, winningPosts(chain, proofKeys)),
    ),
    written: () => blockstore.written(),
    close: () => thread.close(),
  };
}

/** Progress that a folder is told of, now and then, while the validation goes on. */
class ProgressMemory {
  #confirmed: number | undefined;
  #told = performance.now();
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: ChainStore,
    private readonly from: number,
    private readonly tools: PieceTools,
  ) {}

  /** An epoch is known to be right. Throws what writing has failed with. */
  async add(epoch: number): Promise<void> {
    this.#confirmed = epoch;
    if (performance.now() - this.#told < REMEMBERED_EVERY) return;
    await this.#writing;
    this.#told = performance.now();
    this.#writing = this.#write();
    // Heard by the next one.
    this.#writing.catch(() => undefined);
  }

  /** Writes down all. */
  async write(): Promise<void> {
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    const to = this.#confirmed;
    if (to === undefined) return;
    await this.tools.written();
    await this.store.addValidated({ from: this.from, to });
  }
}
