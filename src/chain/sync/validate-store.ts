import { FvmError } from "../../errors.js";
import { ThreadPool } from "../../threads/thread-pool.js";
import { throwIfAborted } from "../../util/abort.js";
import { isCount, isFlag, isFunction, isSignal, isText, optional, within } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import type { ChainReadOptions } from "../history/chain.js";
import { networkVersionAt } from "../networks/upgrades.js";
import type { ChainStore } from "../store/chain-store.js";
import { type EpochRange, rangesWithin } from "../store/ranges.js";
import { countValidated } from "./count-validated.js";
import type { ChainDifference } from "./difference.js";
import type { MainChain } from "./main-chain.js";
import { LEAST_EPOCHS, pieces, without } from "./plan.js";
import { checkStart, checkWay, firstStart } from "./start.js";
import {
  type ChainValidation,
  checkRange,
  firstExecutable,
  type UncheckedPart,
  type ValidationProgress,
} from "./validate-chain.js";
import { type PieceOptions, validatePiece } from "./validate-piece.js";
import type { ValidationWorkerData } from "./validation-worker.js";

/** Options of `validateStore`. */
export interface ValidateStoreOptions {
  /** First epoch. Default: the first one at which the folder has what it takes. */
  readonly from?: number;
  /** Last epoch. Default: the head's. */
  readonly to?: number;
  /** Threads. More than one help where states are there from which each can begin. Default 1. */
  readonly jobs?: number;
  /** Threads that execute messages of each tipset before their turn; they go with one job. Default 0. */
  readonly workers?: number;
  /**
   * Folder of keys with which proofs are verified: winning PoSts of blocks, and proofs that actors ask for. Then also what
   * was validated before is validated again. Default: proofs are taken for valid.
   */
  readonly proofKeys?: string;
  /** Also what was validated before. */
  readonly again?: boolean;
  /** Receipts and actors that the explanation of a difference lists, each. Default 20. */
  readonly maxListed?: number;
  /** Ends the validation. The folder remembers how far it got, and the next one goes on there. */
  readonly signal?: AbortSignal;
  /** Called when more is known to be right. */
  readonly onProgress?: (progress: ValidationProgress) => void;
}

const MOST_JOBS = 1024;
const CHECKS: Checks<ValidateStoreOptions> = {
  from: optional(isCount),
  to: optional(isCount),
  jobs: optional(within(1, MOST_JOBS, "a number of threads")),
  workers: optional(within(0, MOST_JOBS, "a number of threads")),
  proofKeys: optional(isText),
  again: optional(isFlag),
  maxListed: optional(isCount),
  signal: optional(isSignal),
  onProgress: optional(isFunction),
};

/** Who executes epochs of a chain in a folder elsewhere, and answers what `validatePiece` does. @internal */
export interface Elsewhere {
  /** Whether states and builtin actors are there, whatever the folder has: a range then begins anywhere. */
  readonly hasStates: boolean;
  validate(store: ChainStore, range: EpochRange, how: ElsewhereOptions): Promise<Found>;
}

/** How epochs are executed elsewhere. @internal */
export type ElsewhereOptions = Pick<PieceOptions, "first" | "maxListed" | "signal" | "onProgress">;

/**
 * Validates the chain in a folder, as `validateChain` does. What was validated before is not executed again, and counts
 * as it did then. Proofs are taken for valid, unless there are keys for them.
 *
 * @throws FvmError ACTORS_MISSING, CHAIN_EMPTY; as `validateChain`; HostFault WORKER_LOST; the signal's reason
 */
export function validateStore(
  store: ChainStore,
  options: ValidateStoreOptions = {},
): Promise<StoreValidation> {
  return validateStoreBy(store, options, undefined);
}

/** As `validateStore`. @param elsewhere default: epochs are executed in this process */
export async function validateStoreBy(
  store: ChainStore,
  options: ValidateStoreOptions,
  elsewhere: Elsewhere | undefined,
): Promise<StoreValidation> {
  const {
    from: first,
    to: last,
    jobs = 1,
    workers = 0,
    proofKeys,
    again = false,
    maxListed,
    signal,
    onProgress,
  } = checkedOptions(options, CHECKS);
  if (jobs > 1 && workers > 0) {
    throw new FvmError("INVALID_OPTION", { option: "workers", reason: "workers go with one job" });
  }
  if (elsewhere !== undefined && proofKeys !== undefined) {
    throw new FvmError("INVALID_OPTION", { option: "proofKeys", reason: "keys are for this process" });
  }
  throwIfAborted(signal);
  const reading = signal === undefined ? {} : { signal };
  const head = await store.head(reading);
  const main = { chain: store.chain, head, index: store };
  const to = last ?? head.epoch;
  checkRange({ from: first ?? 0, to }, head.epoch);
  const isAnywhere = elsewhere?.hasStates === true;
  const start = isAnywhere ? firstExecutable(store.network) : undefined;
  const range = { from: first ?? start ?? (await firstEpoch(main, store, to, reading)), to };
  if (!isAnywhere) checkActors(store, range);
  const known = again || proofKeys !== undefined ? [] : rangesWithin(store.validated, range);
  const counts = known.map((part) => ({ part, validate: () => remembered(main, part, signal) }));
  const sum = new Sum(range, proofKeys === undefined ? ["winningPost"] : [], onProgress);
  const open = without(range, known);
  const check = first === undefined ? checkStart : checkWay;
  if (!isAnywhere) for (const part of open) await check(main, store.network, part, reading);
  const how = {
    first: range.from,
    ...reading,
    ...(maxListed !== undefined && { maxListed }),
    ...(proofKeys !== undefined && { proofKeys }),
  };
  const work =
    elsewhere !== undefined
      ? elsewhereWork(store, open, sum, how, elsewhere)
      : jobs === 1
        ? hereWork(store, open, sum, { ...how, workers })
        : threadWork(store, open, jobs, how);
  try {
    // In order, so that the first difference is the chain's first.
    for (const { part, validate } of [...counts, ...work.pieces].sort((a, b) => a.part.from - b.part.from)) {
      sum.add(part, await validate());
      if (sum.isOver) break;
    }
    return sum.result();
  } finally {
    await work.end();
  }
}

/** Result of a validation, and how much of it is from earlier ones. */
export interface StoreValidation extends ChainValidation {
  /** Number of `tipsets` that were not executed now, because an earlier validation has found them right. */
  readonly remembered: number;
}

/** Result of validating a part of the range. @internal */
export type Found = Pick<ChainValidation, "tipsets" | "messages" | "difference"> &
  Partial<Pick<StoreValidation, "remembered" | "unchecked">>;

async function remembered(
  main: MainChain,
  part: EpochRange,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const count = await countValidated(main, part, signal);
  return { ...count, remembered: count.tipsets };
}

/** Epochs that are validated together. */
interface Piece {
  readonly part: EpochRange;
  validate(): Promise<Found>;
}

interface Work {
  readonly pieces: readonly Piece[];
  end(): Promise<void>;
}

function hereWork(store: ChainStore, open: readonly EpochRange[], sum: Sum, how: PieceOptions): Work {
  const options = { ...how, onProgress: (progress: ValidationProgress) => sum.show(progress) };
  return {
    pieces: open.map((part) => {
      const beside = part.to - part.from >= LEAST_EPOCHS;
      return { part, validate: () => validatePiece(store, part, { ...options, beside }) };
    }),
    end: async () => undefined,
  };
}

function elsewhereWork(
  store: ChainStore,
  open: readonly EpochRange[],
  sum: Sum,
  how: PieceOptions,
  elsewhere: Elsewhere,
): Work {
  const options = { ...how, onProgress: (progress: ValidationProgress) => sum.show(progress) };
  return {
    pieces: open.map((part) => ({ part, validate: () => elsewhere.validate(store, part, options) })),
    end: async () => undefined,
  };
}

function threadWork(
  store: ChainStore,
  open: readonly EpochRange[],
  jobs: number,
  { signal, ...options }: PieceOptions,
): Work {
  const parts = open.flatMap((part) => pieces(part, store.states, jobs));
  const data: ValidationWorkerData = { folder: store.folder, options };
  const script = new URL("./validation-worker.js", import.meta.url);
  const threads = Math.max(1, Math.min(jobs, parts.length));
  const pool = new ThreadPool<EpochRange, ChainValidation>({ script, threads, data });
  return {
    pieces: parts.map((part) => {
      const running = heard(pool.run(part, "validate", signal));
      return { part, validate: () => running };
    }),
    end: () => pool.terminate(),
  };
}

/** Somebody hears of its failure, if it is the first one. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Results so far, in the order of the epochs. */
class Sum {
  #tipsets = 0;
  #messages = 0;
  #remembered = 0;
  #difference: ChainDifference | undefined;
  readonly #unchecked: Set<UncheckedPart>;

  constructor(
    private readonly range: EpochRange,
    unchecked: readonly UncheckedPart[],
    private readonly onProgress: ValidateStoreOptions["onProgress"],
  ) {
    this.#unchecked = new Set(unchecked);
  }

  /** A difference was found. */
  get isOver(): boolean {
    return this.#difference !== undefined;
  }

  add({ to: epoch }: EpochRange, found: Found): void {
    const { tipsets, messages, remembered = 0, unchecked = [], difference } = found;
    for (const part of unchecked) this.#unchecked.add(part);
    this.#tipsets += tipsets;
    this.#messages += messages;
    this.#remembered += remembered;
    this.#difference = difference;
    if (difference === undefined) this.show({ epoch, tipsets: 0, messages: 0 });
  }

  /** @param progress of a part that is not added yet */
  show({ epoch, tipsets, messages }: ValidationProgress): void {
    this.onProgress?.({ epoch, tipsets: this.#tipsets + tipsets, messages: this.#messages + messages });
  }

  result(): StoreValidation {
    const difference = this.#difference;
    return {
      tipsets: this.#tipsets,
      messages: this.#messages,
      remembered: this.#remembered,
      ...this.range,
      ok: difference === undefined,
      unchecked: [...this.#unchecked],
      ...(difference !== undefined && { difference }),
    };
  }
}

/** Throws as `firstStart`. */
function firstEpoch(
  main: MainChain,
  { network, states }: ChainStore,
  to: number,
  options: ChainReadOptions,
): Promise<number> {
  const all = { from: firstExecutable(network), to };
  return firstStart(main, network, rangesWithin(states, all), to, options);
}

/** Throws `FvmError` ACTORS_MISSING if code is not there that the range needs. */
function checkActors(store: ChainStore, { from, to }: EpochRange): void {
  const { network } = store;
  const [oldest, newest] = [networkVersionAt(network, from), networkVersionAt(network, to)];
  const missing = store
    .missingActors()
    .find(({ networkVersion }) => networkVersion >= oldest && networkVersion <= newest);
  if (missing === undefined) return;
  const { networkVersion, network: name, manifest, remedy } = missing;
  throw new FvmError("ACTORS_MISSING", {
    networkVersion,
    network: name,
    manifest: manifest ?? "unknown",
    remedy,
  });
}
