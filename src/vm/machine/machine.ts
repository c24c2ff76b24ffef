import { type Address, checkAddress } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import { retrying } from "../../ipld/retrying.js";
import { executableMessage, type Message } from "../../message/message.js";
import {
  flushes,
  type MessageFacts,
  type MessageOutcome,
  messages,
  NO_OUTCOME,
} from "../../telemetry/operations.js";
import { throwIfAborted } from "../../util/abort.js";
import { is, isCount, isFlag, isFunction, isSignal, oneOf, optional } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import { finish, finishNow, type Steps, unlessAborted, type Wait, type Waits } from "../../util/waits.js";
import type { OnWrite } from "../call-manager/call-manager.js";
import type { ApplyKind, ApplyResult } from "../executor/apply-result.js";
import type { ExecutionRequest, Executor } from "../executor/executor.js";
import type { MachineContext } from "../kernel/machine-context.js";
import type { NetworkVersion } from "../network/version.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import type { StateDiff } from "../state-tree/state-diff.js";
import type { MessageTrace } from "../trace/trace.js";
import { buildMachine, type MachineBody, type TracingExecutor, tracingExecutor } from "./build.js";
import { checkedDiffs } from "./check-diff.js";
import { asFault } from "./fault.js";
import type { Amendment } from "./load.js";
import { checkedMachineOptions, type MachineOptions } from "./options.js";
import { WAIT_CHECKS, type WaitOptions } from "./wait-options.js";

/** Options of `Machine.execute`. */
export interface ExecuteOptions {
  /** Default: explicit. */
  readonly kind?: ApplyKind;
  /**
   * Bytes of the message as the chain stores it. Default: with a signature if the sender's address is
   * f1 or f4, without otherwise.
   */
  readonly rawLength?: number;
  /** Whether the result tells what the message has changed. Default: no, which costs nothing. */
  readonly changes?: boolean;
  /**
   * Ends the message early: nothing of it remains, and the machine can go on with others. A long message
   * with a signal lets the event loop turn now and then.
   */
  readonly signal?: AbortSignal;
  /** Traces the message: the result has a `trace`. Costs up to as much again as the message. */
  readonly trace?: boolean;
  /** @internal */
  readonly onWrite?: OnWrite;
  /** @internal */
  readonly beforeSettlement?: () => void;
}

/** Options of a message that is executed at once, which nothing can end early. */
export type SyncOptions = Omit<ExecuteOptions, "signal">;

/** The result of a message that was traced. */
export interface TracedResult extends ApplyResult {
  readonly trace: MessageTrace;
}

const NO_OPTIONS = Object.freeze({});
const NONE = Object.freeze([]);
const EXECUTE_CHECKS: Checks<ExecuteOptions> = {
  kind: optional(oneOf("explicit", "implicit")),
  rawLength: optional(isCount),
  changes: optional(isFlag),
  signal: optional(isSignal),
  trace: optional(isFlag),
  onWrite: optional(isFunction),
  beforeSettlement: optional(isFunction),
};

/**
 * As `Machine.create`, with options as `checkedMachineOptions` returns them, on the state that the amendment makes of
 * theirs. For parts of this package only.
 */
export let createChecked: (checked: MachineOptions, amendment: Amendment | undefined) => Promise<Machine>;
/** The parts of a machine. For parts of this package only, while it is idle. */
export let bodyOf: (machine: Machine) => MachineBody;
/** Does work on what a machine stands on and has written. Fails as its operations. For parts of this package only. */
export let walkMachine: <T>(
  machine: Machine,
  operation: string,
  signal: AbortSignal | undefined,
  work: (body: MachineBody) => Waits<T>,
) => Promise<T>;

/**
 * Executes messages on a state, one after the other. After a `HostFault` it is closed; state that was not
 * flushed is lost.
 */
export class Machine implements Disposable {
  private status: "idle" | "busy" | "closed" = "idle";
  /** Ends what waits. */
  private onClose: (() => void) | undefined;

  /** The executor of the current operation, or of the last one. */
  private executor: Executor;
  /** Made for the first message that is traced. */
  private tracing: TracingExecutor | undefined;

  private constructor(private readonly body: MachineBody) {
    this.executor = body.executor;
  }

  /**
   * Loads the state and the list of builtin actors, whose code is compiled when it first runs.
   * Throws `FvmError` on bad options and malformed state, `HostFault` if a block is missing, the signal's
   * reason.
   */
  static async create(options: MachineOptions): Promise<Machine> {
    return Machine.build(checkedMachineOptions(options), undefined);
  }

  static {
    bodyOf = (machine) => machine.body;
    createChecked = (checked, amendment) => Machine.build(checked, amendment);
    walkMachine = (machine, operation, signal, work) =>
      machine.run(operation, signal, () => finish(work(machine.body), signal, machine.wait));
  }

  private static async build(checked: MachineOptions, amendment: Amendment | undefined): Promise<Machine> {
    const { signal } = checked;
    const changes = checked.changes === undefined ? NONE : checkedDiffs("changes", checked.changes);
    const writers = checked.blocksOf === undefined ? NONE : Array.from(checked.blocksOf, Machine.blocksOf);
    throwIfAborted(signal);
    const building = buildMachine(checked, changes, writers, amendment);
    try {
      return new Machine(await finish(building, signal));
    } catch (error) {
      throw isReason(error, signal) ? error : asFault(error);
    } finally {
      // Releases what a machine that is given up has so far.
      building.return(undefined as never);
    }
  }

  /** The blocks of a machine in the option `blocksOf`. */
  private static blocksOf(machine: Machine, i: number): Blocks {
    checkOption(`blocksOf[${i}]`, machine, isMachine);
    if (machine.status === "closed") throw new FvmError("MACHINE_CLOSED", { operation: "blocksOf" });
    return machine.body.blocks;
  }

  /** The network version whose rules it follows. */
  get network(): NetworkVersion {
    return this.body.network;
  }

  /** Settings that all of its messages share. Frozen. */
  get context(): MachineContext {
    return this.body.context;
  }

  /**
   * Executes a message. A message that fails has a receipt, too; this throws `FvmError` INVALID_MESSAGE or
   * UNSETTLED_MESSAGE for messages that no chain can have, the signal's reason, and `HostFault`.
   */
  async execute(message: Message, options: ExecuteOptions & { readonly trace: true }): Promise<TracedResult>;
  async execute(message: Message, options?: ExecuteOptions): Promise<ApplyResult>;
  async execute(message: Message, options: ExecuteOptions = NO_OPTIONS): Promise<ApplyResult> {
    const request = this.requestOf(message, options);
    const { signal, trace } = request;
    const work = () => finish(this.stepsOf(request), signal, this.wait);
    const run = () => this.run("execute", signal, trace ? async () => this.traced(await work()) : work);
    return messages.isWatched ? messages.run(this.factsOf(request), run, outcomeOf) : run();
  }

  /** As `execute`, at once. Throws `FvmError` MUST_WAIT if blockstore or externs do not answer at once. */
  executeSync(message: Message, options: SyncOptions & { readonly trace: true }): TracedResult;
  executeSync(message: Message, options?: SyncOptions): ApplyResult;
  executeSync(message: Message, options: SyncOptions = NO_OPTIONS): ApplyResult {
    const request = this.requestOf(message, options);
    if (!messages.isWatched) return this.runNow(request);
    return messages.run(this.factsOf(request), () => this.runNow(request), outcomeOf);
  }

  private runNow(request: Request): ApplyResult {
    this.begin("executeSync");
    try {
      const result = finishNow(this.stepsOf(request), "executeSync");
      return request.trace ? this.traced(result) : result;
    } catch (error) {
      throw this.recovered(error, "executeSync", undefined);
    } finally {
      this.end();
    }
  }

  /** The ID of an address's actor, if it has one. An f0 address always has, even without an actor. */
  async resolveAddress(address: Address, options: WaitOptions = NO_OPTIONS): Promise<ActorId | undefined> {
    checkAddress(address);
    const { tree } = this.body;
    return this.read("resolveAddress", options, () => tree.resolveAddress(address));
  }

  /** An actor as the messages so far have left it: a copy. */
  async getActor(address: Address, options: WaitOptions = NO_OPTIONS): Promise<ActorState | undefined> {
    checkAddress(address);
    const { tree } = this.body;
    return this.read("getActor", options, () => {
      const id = tree.resolveAddress(address);
      const actor = id === undefined ? undefined : tree.getActor(id);
      return actor && { ...actor };
    });
  }

  /**
   * Changes that messages have made since the machine was made or last flushed to the end: over the state of that time, with
   * the blocks of this machine (`blocksOf`), it is the state as it is now.
   */
  async changes(options: WaitOptions = NO_OPTIONS): Promise<StateDiff> {
    const { tree } = this.body;
    return this.read("changes", options, () => tree.changes());
  }

  /**
   * Stores the new state in the blockstore and returns its root. The machine can go on. What an aborted flush
   * may not have stored goes with the next one.
   */
  async flush(options: WaitOptions = NO_OPTIONS): Promise<Cid> {
    const { signal } = checkedOptions(options, WAIT_CHECKS);
    const { tree, blocks, network, context } = this.body;
    const work = async () => {
      const flushing = retrying(() => tree.flush());
      const root = await finish(flushing, signal, this.wait);
      // Closing has dropped the blocks.
      if (this.status === "closed") throw new FvmError("MACHINE_CLOSED", { operation: "flush" });
      const { flushLinks } = network.rules.state;
      await this.wait(blocks.flush(root, flushLinks), undefined);
      tree.stored();
      return root;
    };
    const run = () => this.run("flush", signal, work);
    return flushes.isWatched ? flushes.run({ epoch: context.epoch }, run, () => NO_OUTCOME) : run();
  }

  /**
   * Releases what the garbage collector does not see. The machine cannot be used any more; what waits is
   * rejected with MACHINE_CLOSED. The blockstore stays open: it is its owner's.
   */
  close(): void {
    if (this.status === "closed") return;
    // An operation that waits will look at the control block once more.
    const isUnused = this.status === "idle";
    this.status = "closed";
    this.tracing?.native.close(false);
    this.body.native.close(isUnused);
    this.onClose?.();
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** A message to execute, checked. */
  private requestOf(message: Message, options: ExecuteOptions): Request {
    const { kind, rawLength, changes, signal, trace, onWrite, beforeSettlement } = requestOptions(options);
    const executable = executableMessage(message, this.body.network.rules);
    return { message: executable, kind, rawLength, changes, signal, trace, onWrite, beforeSettlement };
  }

  /** Facts that observers get when a message begins. */
  private factsOf({ kind }: Request): MessageFacts {
    return { epoch: this.context.epoch, network: this.network.version, kind };
  }

  private stepsOf(request: Request): Steps<ApplyResult> {
    if (request.trace) {
      this.tracing ??= tracingExecutor(this.body);
      this.executor = this.tracing.executor;
    } else {
      this.executor = this.body.executor;
    }
    return this.executor.execute(request);
  }

  private traced(result: ApplyResult): TracedResult {
    return { ...result, trace: (this.tracing as TracingExecutor).tracer.trace() };
  }

  private read<T>(operation: string, options: WaitOptions, read: () => T): Promise<T> {
    const { signal } = checkedOptions(options, WAIT_CHECKS);
    return this.run(operation, signal, () => finish(retrying(read), signal, this.wait));
  }

  /** Waits until the machine is closed at most. */
  private readonly wait: Wait = async (pending, signal) => {
    const closed = new Promise<never>((_, reject) => {
      this.onClose = () => reject(new FvmError("MACHINE_CLOSED", { operation: "close" }));
    });
    try {
      await Promise.race([unlessAborted(pending, signal), closed]);
    } finally {
      this.onClose = undefined;
    }
  };

  private async run<T>(
    operation: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    this.begin(operation);
    this.body.blocks.signal = signal;
    try {
      throwIfAborted(signal);
      return await work();
    } catch (error) {
      throw this.recovered(error, operation, signal);
    } finally {
      this.end();
    }
  }

  private begin(operation: string): void {
    if (this.status === "closed") throw new FvmError("MACHINE_CLOSED", { operation });
    if (this.status === "busy") throw new FvmError("MACHINE_BUSY", { operation });
    this.status = "busy";
  }

  private end(): void {
    this.body.blocks.signal = undefined;
    if (this.status === "busy") this.status = "idle";
  }

  /** Undoes an operation that failed, or closes the machine; returns what to throw. */
  private recovered(error: unknown, operation: string, signal: AbortSignal | undefined): unknown {
    // Somebody closed the machine while the operation was waiting.
    if (this.status === "closed") return new FvmError("MACHINE_CLOSED", { operation });
    const isAbort = isReason(error, signal);
    const reason = isAbort ? error : asFault(error);
    if (reason instanceof HostFault && !isAbort) this.close();
    else this.executor.abandon();
    return reason;
  }
}

const isMachine = is((value) => value instanceof Machine, "a Machine");

interface Request extends ExecutionRequest {
  readonly trace: boolean;
}
type RequestOptions = Omit<Request, "message">;

/** As `checkedOptions`; the usual ones are found right without its loop, which would be part of each message's time. */
function requestOptions(options: ExecuteOptions): RequestOptions {
  const usual = usualOptions(options);
  if (usual !== undefined) return usual;
  const {
    kind = "explicit",
    rawLength,
    changes = false,
    signal,
    trace = false,
    onWrite,
    beforeSettlement,
  } = checkedOptions(options, EXECUTE_CHECKS);
  return { kind, rawLength, changes, signal, trace, onWrite, beforeSettlement };
}

/** Undefined if they are unusual or wrong. */
function usualOptions(options: ExecuteOptions): RequestOptions | undefined {
  if (typeof options !== "object") return undefined;
  try {
    const { kind = "explicit", rawLength, changes = false, signal, trace = false } = options;
    const { onWrite, beforeSettlement } = options;
    const isUsual =
      (kind === "explicit" || kind === "implicit") &&
      (rawLength === undefined || (Number.isSafeInteger(rawLength) && rawLength >= 0)) &&
      typeof changes === "boolean" &&
      (signal === undefined || signal instanceof AbortSignal) &&
      onWrite === undefined &&
      (beforeSettlement === undefined || typeof beforeSettlement === "function") &&
      typeof trace === "boolean";
    return isUsual ? { kind, rawLength, changes, signal, trace, onWrite, beforeSettlement } : undefined;
  } catch {
    return undefined;
  }
}

function outcomeOf({ receipt: { exitCode, gasUsed } }: ApplyResult): MessageOutcome {
  return { exitCode, gasUsed: Number(gasUsed) };
}

function isReason(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error === signal.reason;
}
