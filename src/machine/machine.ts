import type { Address } from "../address/address.js";
import { FvmError, HostFault } from "../errors.js";
import type { ApplyKind, ApplyResult } from "../executor/apply-result.js";
import type { Application } from "../executor/executor.js";
import { BlockNotFound } from "../ipld/blocks.js";
import { type Cid, cidText } from "../ipld/cid.js";
import { retrying } from "../ipld/retrying.js";
import { type Message, normalMessage } from "../message/message.js";
import type { NetworkVersion } from "../network/version.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import { finish, finishNow } from "../util/waits.js";
import { buildMachine, type MachineBody } from "./build.js";
import type { MachineContext } from "./context.js";
import type { MachineOptions } from "./options.js";

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
   * Throws `FvmError` on bad options and malformed state, `HostFault` if a block is missing.
   */
  static async create(options: MachineOptions): Promise<Machine> {
    try {
      return new Machine(await finish(buildMachine(options)));
    } catch (error) {
      throw asFault(error);
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
    return this.run("execute", signal, () => {
      signal?.throwIfAborted();
      return finish(this.body.executor.execute(applicationOf(message, options)), signal);
    });
  }

  /** As `execute`, at once. Throws `FvmError` MUST_WAIT if blockstore or externs do not answer at once. */
  executeSync(message: Message, options: Omit<ExecuteOptions, "signal"> = {}): ApplyResult {
    this.begin("executeSync");
    try {
      return finishNow(this.body.executor.execute(applicationOf(message, options)), "executeSync");
    } catch (error) {
      throw this.recovered(error, "executeSync", undefined);
    } finally {
      this.end();
    }
  }

  /** The ID of an address's actor, if it has one. An f0 address always has, even without an actor. */
  async resolveAddress(address: Address): Promise<ActorId | undefined> {
    const { tree } = this.body;
    return this.run("resolveAddress", undefined, () => finish(retrying(() => tree.resolveAddress(address))));
  }

  /** An actor as the messages so far have left it. */
  async getActor(address: Address): Promise<ActorState | undefined> {
    const { tree } = this.body;
    const read = (): ActorState | undefined => {
      const id = tree.resolveAddress(address);
      return id === undefined ? undefined : tree.getActor(id);
    };
    return this.run("getActor", undefined, () => finish(retrying(read)));
  }

  /** Stores the new state in the blockstore and returns its root. The machine can go on. */
  async flush(): Promise<Cid> {
    const { tree, blocks, network } = this.body;
    return this.run("flush", undefined, async () => {
      const root = await finish(retrying(() => tree.flush()));
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

  private async run<T>(
    operation: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    this.begin(operation);
    try {
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
    if (this.status === "busy") this.status = "idle";
  }

  /** Undoes an operation that failed, or closes the machine; returns what to throw. */
  private recovered(error: unknown, operation: string, signal: AbortSignal | undefined): unknown {
    // Somebody closed the machine while the operation was waiting.
    if (this.status === "closed") return new FvmError("MACHINE_CLOSED", { operation });
    const isAbort = signal?.aborted === true && error === signal.reason;
    const reason = isAbort ? error : asFault(error);
    if (reason instanceof HostFault && !isAbort) this.close();
    else this.body.executor.abandon();
    return reason;
  }
}

function applicationOf(
  message: Message,
  { kind = "explicit", rawLength, signal }: ExecuteOptions,
): Application {
  if (rawLength !== undefined && !(Number.isSafeInteger(rawLength) && rawLength >= 0)) {
    throw new FvmError("INVALID_OPTION", {
      option: "rawLength",
      reason: `${rawLength} is no number of bytes`,
    });
  }
  return { message: normalMessage(message), kind, rawLength, signal };
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
