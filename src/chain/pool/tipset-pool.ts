import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ResourceLimits } from "node:worker_threads";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { GasEstimate } from "../../simulate/estimate.js";
import type { LotusGasEstimate } from "../../simulate/lotus-estimate.js";
import type { SimulatedMessage } from "../../simulate/message.js";
import {
  checkedEstimateOptions,
  checkedSetting,
  checkedSimulationOptions,
  type EstimateOptions,
  type Simulation,
  type SimulationOptions,
  type SimulationSetting,
} from "../../simulate/simulator.js";
import { type TipsetFacts, tipsets } from "../../telemetry/operations.js";
import { ThreadPool } from "../../threads/thread-pool.js";
import { anything, is, isArray, isFlag, isObject, isSignal, isText, optional } from "../../util/check.js";
import { messageOf } from "../../util/kind-of.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { CodeCache } from "../../vm/machine/code-cache.js";
import { WAIT_CHECKS } from "../../vm/machine/wait-options.js";
import { checkedContext } from "../execution/check-tipset.js";
import { Crew, crewThreads, type TipsetHelpers } from "../execution/crew.js";
import type { MessageCall } from "../execution/execute-messages.js";
import { type ExecuteTipsetOptions, tipsetOutcome } from "../execution/execute-tipset.js";
import type { ChainNode } from "../execution/node.js";
import type { Tipset, TipsetContext, TipsetResult } from "../execution/tipset.js";
import { cloneable, type SimulationAnswer, unflattened } from "./simulation-task.js";
import type { Task, WorkerData } from "./tipset-worker.js";

/**
 * Default export of the module of a `TipsetPool`. Called once in each worker, which closes the node
 * when the pool is closed.
 */
export type ChainNodeFactory<Data = unknown> = (data: Data) => ChainNode | Promise<ChainNode>;

/** Options of `TipsetPool.create`. */
export interface TipsetPoolOptions<Data = unknown> {
  /** Threads. Each has a chain node of its own. Default: one for each core that the process may use. */
  readonly workers?: number;
  /** For the module's function; a structured clone for each worker. */
  readonly data?: Data;
  /** Limits of JavaScript in each worker. Default: as in the main thread, but for a young generation of 12 MiB. */
  readonly resourceLimits?: ResourceLimits;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
}

/** Options of a pool's tasks. */
export interface PoolTaskOptions {
  /**
   * Gives the task up, whether it waits or runs. Running it ends its worker at once, as a crash would, without
   * closing its chain node; a new worker takes its place, which makes a node again.
   */
  readonly signal?: AbortSignal;
}

/** Options of `TipsetPool.close`. */
export interface PoolCloseOptions {
  /**
   * Ends the workers at once, whatever they are at: their tasks are rejected with `FvmError` POOL_CLOSED, and
   * their nodes are not closed.
   */
  readonly signal?: AbortSignal;
}

/** Options of `TipsetPool.executeTipset`. */
export interface PoolTipsetOptions
  extends PoolTaskOptions,
    Pick<ExecuteTipsetOptions, "selected" | "storeEvents"> {}

/** Options of `TipsetPool.simulate`. */
export interface PoolSimulationOptions extends PoolTaskOptions, Omit<SimulationOptions, "signal"> {}

/** Options of `TipsetPool.estimateGas`. */
export interface PoolEstimateOptions extends PoolTaskOptions, Omit<EstimateOptions, "signal"> {}

/** Options of `TipsetPool.estimateGasLikeLotus`. */
export interface PoolSettingOptions extends PoolTaskOptions, Omit<SimulationSetting, "signal"> {}

/** More than any machine has use for. */
const MOST_WORKERS = 4096;

const CHECKS: Checks<TipsetPoolOptions<unknown>> = {
  workers: optional(
    is((value) => isNumberUpTo(MOST_WORKERS, value), `a number of threads from 1 to ${MOST_WORKERS}`),
  ),
  data: anything,
  resourceLimits: optional(isObject),
  signal: optional(isSignal),
};
const TIPSET_CHECKS: Checks<PoolTipsetOptions> = {
  ...WAIT_CHECKS,
  selected: optional(isFlag),
  storeEvents: optional(isFlag),
};

/** Part of each task in which a caller may have put things that cannot be cloned. */
const INPUT: Readonly<Record<Exclude<Task["kind"], "ahead">, string>> = {
  tipset: "tipset",
  messages: "calls",
  simulate: "messages",
  estimateGas: "message",
  estimateGasLikeLotus: "message",
};

function isNumberUpTo(most: number, value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

/**
 * Worker threads that execute tipsets and messages which do not depend on each other: of several forks,
 * ranges, or calls. They share compiled code and the shared block cache; results are structured clones. A
 * chain node holds functions, which cannot go to another thread, so each worker makes its own with a
 * module's help.
 *
 * Tasks wait in a queue without limit, in the order in which they came. Whoever has more of them than
 * memory can hold awaits some before adding others; `queued` tells how many wait.
 */
export class TipsetPool implements TipsetHelpers, AsyncDisposable {
  /** @internal */
  readonly crew: Crew;

  private constructor(
    /** Threads. */
    readonly workers: number,
    private readonly threads: ThreadPool<Task, unknown>,
  ) {
    this.crew = new Crew(crewThreads<Task>(threads, (task) => ({ kind: "ahead", task }), "executeTipset"));
  }

  /**
   * Starts the workers and waits for their chain nodes.
   *
   * @param module whose default export is a `ChainNodeFactory`: a URL, or the path of a file
   * @throws FvmError INVALID_OPTION; CHAIN_NODE_FAILED if the module or its function fails
   * @throws HostFault WORKER_LOST if a worker ends
   */
  static async create<Data = unknown>(
    module: URL | string,
    options: TipsetPoolOptions<Data> = {},
  ): Promise<TipsetPool> {
    const {
      workers = availableParallelism(),
      data,
      resourceLimits,
      signal,
    } = checkedOptions(options, CHECKS);
    // Faults of it are named here, and not in each worker.
    CodeCache.standard();
    const workerData: WorkerData = { module: urlOf(module).href, data };
    const threads = new ThreadPool<Task, unknown>({
      script: new URL("./tipset-worker.js", import.meta.url),
      threads: workers,
      data: workerData,
      ...(resourceLimits && { resourceLimits }),
    });
    try {
      await threads.start(signal);
    } catch (error) {
      // Others may wait for ever.
      await threads.terminate();
      throw isNoClone(error)
        ? new FvmError("INVALID_OPTION", { option: "data", reason: error.message }, { cause: error })
        : error;
    }
    return new TipsetPool(workers, threads);
  }

  /** Tasks that wait for a worker. */
  get queued(): number {
    return this.threads.queued;
  }

  /** Tasks that workers are at. */
  get running(): number {
    return this.threads.running;
  }

  /**
   * As the function `executeTipset`, in a worker: the new state goes to the blockstore there. Throws the same,
   * and `HostFault` WORKER_LOST if the worker ends, `FvmError` POOL_CLOSED, and the signal's reason.
   */
  async executeTipset(
    stateRoot: Cid,
    tipset: Tipset,
    options: PoolTipsetOptions = {},
  ): Promise<TipsetResult> {
    const { signal, selected = false, storeEvents = true } = checkedOptions(options, TIPSET_CHECKS);
    const task: Task = { kind: "tipset", stateRoot, tipset, selected, storeEvents };
    const execute = () => this.run(task, "executeTipset", signal) as Promise<TipsetResult>;
    if (!tipsets.isWatched) return execute();
    return tipsets.run(factsOf(tipset), execute, tipsetOutcome);
  }

  /**
   * As the function `executeMessages`, in one worker: the messages follow each other. Calls that have
   * nothing to do with each other are tasks of their own. Throws the same, and as `executeTipset`.
   */
  async executeMessages(
    stateRoot: Cid,
    context: TipsetContext,
    calls: readonly MessageCall[],
    options: PoolTaskOptions = {},
  ): Promise<ApplyResult[]> {
    const { signal } = checkedOptions(options, WAIT_CHECKS);
    checkOption("calls", calls, isArray);
    const task: Task = { kind: "messages", stateRoot, context: checkedContext(context), calls };
    return (await this.run(task, "executeMessages", signal)) as ApplyResult[];
  }

  /**
   * As `Simulator.simulate`, in a worker, with the blockstore and externs of its node: what messages would do, each on
   * what those before it have left. Throws the same, and as `executeTipset`.
   */
  async simulate(
    stateRoot: Cid,
    context: TipsetContext,
    messages: readonly SimulatedMessage[],
    options: PoolSimulationOptions = {},
  ): Promise<Simulation> {
    const { signal, ...simulation } = checkedSimulationOptions(options);
    checkOption("messages", messages, isArray);
    const task = { kind: "simulate", stateRoot, context: checkedContext(context), messages } as const;
    const answer = await this.run({ ...task, options: cloneable(simulation) }, task.kind, signal);
    const { results, changes } = answer as Extract<SimulationAnswer, { results: unknown }>;
    return { results: results.map(unflattened), changes };
  }

  /** As `Simulator.estimateGas`, in a worker. Throws the same, and as `executeTipset`. */
  async estimateGas(
    stateRoot: Cid,
    context: TipsetContext,
    message: SimulatedMessage,
    options: PoolEstimateOptions = {},
  ): Promise<GasEstimate> {
    const { signal, ...estimate } = checkedEstimateOptions(options);
    const task = { kind: "estimateGas", stateRoot, context: checkedContext(context), message } as const;
    const answer = await this.run({ ...task, options: cloneable(estimate) }, task.kind, signal);
    const { result, ...found } = answer as Extract<SimulationAnswer, { result: unknown }>;
    return { ...found, result: unflattened(result) };
  }

  /** As `Simulator.estimateGasLikeLotus`, in a worker. Throws the same, and as `executeTipset`. */
  async estimateGasLikeLotus(
    stateRoot: Cid,
    context: TipsetContext,
    message: SimulatedMessage,
    options: PoolSettingOptions = {},
  ): Promise<LotusGasEstimate> {
    const { signal, ...setting } = checkedSetting(options);
    const task = {
      kind: "estimateGasLikeLotus",
      stateRoot,
      context: checkedContext(context),
      message,
    } as const;
    return (await this.run({ ...task, options: cloneable(setting) }, task.kind, signal)) as LotusGasEstimate;
  }

  private async run(
    task: Exclude<Task, { kind: "ahead" }>,
    operation: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    try {
      return await this.threads.run(task, operation, signal);
    } catch (error) {
      if (!isNoClone(error)) throw error;
      const option = INPUT[task.kind];
      throw new FvmError("INVALID_OPTION", { option, reason: error.message }, { cause: error });
    }
  }

  /**
   * Ends the workers. Tasks that wait are rejected with `FvmError` POOL_CLOSED; those that run are finished
   * first. Then each worker closes the chain node that its module made. A second call waits for the same end.
   *
   * @throws HostFault EXTERN_FAILED if a node's `close` fails, WORKER_LOST if its worker ends meanwhile: the first
   * of these, once all workers have ended; FvmError POOL_CLOSED if another call's signal was quicker; the signal's
   * reason
   */
  async close(options: PoolCloseOptions = {}): Promise<void> {
    const { signal } = checkedOptions(options, WAIT_CHECKS);
    await this.threads.close(signal);
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Facts that observers get of a tipset that a thread will check. */
function factsOf({ epoch, blocks }: Tipset): TipsetFacts {
  return { epoch, blocks: blocks.length, isElsewhere: true };
}

/** Throws `FvmError` INVALID_OPTION. */
function urlOf(module: URL | string): URL {
  if (module instanceof URL) return module;
  checkOption("module", module, isText);
  try {
    return module.startsWith("file:") ? new URL(module) : pathToFileURL(resolve(module));
  } catch (cause) {
    throw new FvmError("INVALID_OPTION", { option: "module", reason: messageOf(cause) }, { cause });
  }
}

function isNoClone(error: unknown): error is Error {
  return error instanceof Error && error.name === "DataCloneError";
}
