import { type Address, checkAddress } from "../../address/address.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import { BlockNotFound } from "../../ipld/block-access.js";
import { retrying } from "../../ipld/retrying.js";
import { executableMessage, type Message } from "../../message/message.js";
import { throwIfAborted } from "../../util/abort.js";
import { isCount } from "../../util/check.js";
import { finish, finishNow } from "../../util/waits.js";
import type { ApplyKind, ApplyResult } from "../executor/apply-result.js";
import type { MachineContext } from "../kernel/machine-context.js";
import type { NetworkVersion } from "../network/version.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import { buildMachine, type MachineBody } from "./build.js";
import { checkOptions, type MachineOptions } from "./options.js";

export interface WaitOptions {
  /** Ends the waiting for blockstore and externs. The machine can go on. */
  readonly signal?: AbortSignal;
}

export interface ExecuteOptions {
  /** Default: explicit. */
  readonly kind?: ApplyKind;
  /**
   * Bytes of the message as the chain stores it. Default: with a signature if the sender's address is
   * f1 or f4, without otherwise.
   */
  readonly rawLength?: number;
  /**
   * Ends the message early: nothing of it remains, and the machine can go on with others. A long message
   * with a signal lets the event loop turn now and then.
   */
  readonly signal?: AbortSignal;
}

/**
 * Executes messages on a state, one after the other. After a `HostFault` it is closed; state that was not
 * flushed is lost.
 */
export class Machine {
  private status: "idle" | "busy" | "closed" = "idle";

  private constructor(private readonly body: MachineBody) {}

  /**
   * Loads the state and the list of builtin actors, whose code is compiled when it first runs.
   * Throws `FvmError` on bad options and malformed state, `HostFault` if a block is missing, the signal's
   * reason.
   */
  static async create(options: MachineOptions): Promise<Machine> {
    const { signal } = checkOptions(options);
    throwIfAborted(signal);
    const building = buildMachine(options);
    try {
      return new Machine(await finish(building, signal));
    } catch (error) {
      throw isReason(error, signal) ? error : asFault(error);
    } finally {
      // Releases what a machine that is given up has so far.
      building.return(undefined as never);
    }
  }

  get network(): NetworkVersion {
    return this.body.network;
  }

  get context(): MachineContext {
    return this.body.context;
  }

  /**
   * Executes a message. A message that fails has a receipt, too; this throws `FvmError` INVALID_MESSAGE or
   * UNSETTLED_MESSAGE for messages that no chain can have, the signal's reason, and `HostFault`.
   */
  async execute(message: Message, options: ExecuteOptions = {}): Promise<ApplyResult> {
    const { signal } = options;
    return this.run("execute", signal, () => finish(this.executing(message, options), signal));
  }

  /** As `execute`, at once. Throws `FvmError` MUST_WAIT if blockstore or externs do not answer at once. */
  executeSync(message: Message, options: Omit<ExecuteOptions, "signal"> = {}): ApplyResult {
    this.begin("executeSync");
    try {
      return finishNow(this.executing(message, options), "executeSync");
    } catch (error) {
      throw this.recovered(error, "executeSync", undefined);
    } finally {
      this.end();
    }
  }

  /** The ID of an address's actor, if it has one. An f0 address always has, even without an actor. */
  async resolveAddress(address: Address, { signal }: WaitOptions = {}): Promise<ActorId | undefined> {
    const { tree } = this.body;
    checkAddress(address);
    const read = (): ActorId | undefined => tree.resolveAddress(address);
    return this.run("resolveAddress", signal, () => finish(retrying(read), signal));
  }

  /** An actor as the messages so far have left it. */
  async getActor(address: Address, { signal }: WaitOptions = {}): Promise<ActorState | undefined> {
    const { tree } = this.body;
    checkAddress(address);
    const read = (): ActorState | undefined => {
      const id = tree.resolveAddress(address);
      return id === undefined ? undefined : tree.getActor(id);
    };
    return this.run("getActor", signal, () => finish(retrying(read), signal));
  }

  /**
   * Stores the new state in the blockstore and returns its root. The machine can go on. What an aborted flush
   * may not have stored goes with the next one.
   */
  async flush({ signal }: WaitOptions = {}): Promise<Cid> {
    const { tree, blocks, network } = this.body;
    return this.run("flush", signal, async () => {
      const root = await finish(
        retrying(() => tree.flush()),
        signal,
      );
      const { flushLinks } = network.rules.state;
      await blocks.flush(root, flushLinks);
      return root;
    });
  }

  /** Releases what the garbage collector does not see. The machine cannot be used any more. */
  close(): void {
    if (this.status === "closed") return;
    // An operation that waits will look at the control block once more.
    const isUnused = this.status === "idle";
    this.status = "closed";
    this.body.native.close(isUnused);
  }

  /** The steps of a message, which is checked here. */
  private executing(message: Message, { kind = "explicit", rawLength, signal }: ExecuteOptions) {
    checkHow(kind, rawLength);
    const { executor, network } = this.body;
    return executor.execute({ message: executableMessage(message, network.rules), kind, rawLength, signal });
  }

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
    else this.body.executor.abandon();
    return reason;
  }
}

function checkHow(kind: ApplyKind, rawLength: number | undefined): void {
  if (kind !== "explicit" && kind !== "implicit") {
    throw new FvmError("INVALID_OPTION", { option: "kind", reason: 'neither "explicit" nor "implicit"' });
  }
  const misfit = rawLength === undefined ? undefined : isCount(rawLength);
  if (misfit !== undefined) throw new FvmError("INVALID_OPTION", { option: "rawLength", reason: misfit });
}

function isReason(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error === signal.reason;
}

/** Misuse and bad input as they are; anything else is a fault of ours or of the host. */
function asFault(error: unknown): unknown {
  if (error instanceof FvmError || error instanceof HostFault) return error;
  if (isInvalidLink(error)) return new FvmError("INVALID_STATE", { reason: error.message }, { cause: error });
  if (error instanceof BlockNotFound) return new HostFault("BLOCK_NOT_FOUND", { cid: cidText(error.cid) });
  return new HostFault("BROKEN_INVARIANT", { text: String(error) }, { cause: error });
}

/** The addon's refusal to flush state with a link that no state may have. */
function isInvalidLink(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "INVALID_LINK";
}
