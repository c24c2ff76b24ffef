import { setImmediate } from "node:timers/promises";
import type { Blocks } from "../../blockstore/blocks.js";
import { cidText } from "../../encoding/cid.js";
import { type ErrorCode, FvmError, HostFault } from "../../errors.js";
import { BlockNotFound, MissingBlock } from "../../ipld/block-access.js";
import { Fatal, OUT_OF_GAS, OutOfGas, SyscallError } from "../../message/outcome.js";
import { type NativeStack, Outcome, Word, Yield } from "../../native/addon.js";
import { throwIfAborted } from "../../util/abort.js";
import { Pending } from "../externs/pending.js";
import type { Handler } from "../kernel/context.js";
import type { SyscallArguments } from "../kernel/control-block.js";
import type { KernelContext } from "../kernel/kernel-context.js";
import type { Recorder } from "../trace/recorder.js";
import type { Call } from "./call.js";
import type { CallStack } from "./call-stack.js";
import type { Checkpoint } from "./checkpoint.js";
import type { CallError } from "./outcome.js";

/** What comes next. A step that has to wait is undone, and done again when what it needs is there. */
const Step = {
  /** Makes the message's call. */
  Open: 0,
  /** Goes on with a call whose receiver's constructor has ended. */
  Enter: 1,
  /** Runs the actor on top until it needs something or ends. */
  Run: 2,
  /** Answers its syscall. */
  Syscall: 3,
  /** Provides the block it opens. */
  Block: 4,
  /** All calls have ended. */
  Ended: 5,
} as const;
type Step = (typeof Step)[keyof typeof Step];

/** Errors of decoding state. */
const MALFORMED_STATE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "INVALID_ADDRESS",
  "INVALID_AMT",
  "INVALID_BIG_INTEGER",
  "INVALID_CBOR",
  "INVALID_CID",
  "INVALID_HAMT",
  "INVALID_STATE",
]);

/**
 * Called once, soon after the first block that the message's actors write, unless they end before.
 *
 * @returns false: the message ends there, fatally
 */
export type OnWrite = () => boolean;

export interface CallManagerParts {
  readonly calls: CallStack;
  readonly checkpoint: Checkpoint;
  readonly stack: NativeStack;
  /** Those of the control block. */
  readonly words: Uint32Array;
  readonly args: SyscallArguments;
  readonly blocks: Blocks;
  readonly context: KernelContext;
  /** By number of the syscall; undefined where C++ answers. */
  readonly handlers: readonly (Handler | undefined)[];
  /** What becomes of a block that should exist and does not. */
  readonly missingBlocks: "host-fault" | "receipt";
  readonly recorder: Recorder | undefined;
}

/** Runs a message's calls to their end, waiting only where a blockstore or extern is asynchronous. */
export class CallManager {
  private step: Step = Step.Ended;
  private first: Call | undefined;
  private signal: AbortSignal | undefined;
  private onWrite: OnWrite | undefined;
  /** What a step waited for turned out not to exist. */
  private absent: BlockNotFound | undefined;
  private readonly words: Uint32Array;

  constructor(private readonly parts: CallManagerParts) {
    this.words = parts.words;
  }

  /** @param signal ends the message between two slices of gas */
  begin(call: Call, signal: AbortSignal | undefined, onWrite?: OnWrite): void {
    this.first = call;
    this.signal = signal;
    this.onWrite = onWrite;
    this.words[Word.STOP_AT_WRITE] = onWrite === undefined ? 0 : 1;
    this.absent = undefined;
    this.step = Step.Open;
  }

  /**
   * Goes on until all calls have ended (undefined), or something must be awaited before the next `run`.
   * Throws `HostFault`, or the signal's reason.
   */
  run(): Promise<void> | undefined {
    let wait: Promise<void> | undefined;
    while (this.step !== Step.Ended && wait === undefined) {
      try {
        wait = this.take();
      } catch (error) {
        wait = this.recover(error);
      }
    }
    return wait;
  }

  private take(): Promise<void> | undefined {
    const { calls, checkpoint, stack, args, blocks, context, handlers } = this.parts;
    if (this.absent !== undefined) throw this.absent;
    if (this.step === Step.Run) return this.runTop();
    checkpoint.take(calls);
    switch (this.step) {
      case Step.Open:
        calls.open(this.first as Call);
        break;
      case Step.Enter:
        calls.enter(calls.top as Call);
        break;
      case Step.Syscall:
        context.frame = calls.top as Call;
        (handlers[this.words[Word.SYSCALL] as number] as Handler)(context);
        break;
      case Step.Block:
        stack.provideBlock(blocks.get(args.cid(0)));
        break;
    }
    this.next();
    return undefined;
  }

  private runTop(): Promise<void> | undefined {
    const { calls, stack, recorder } = this.parts;
    const { gas } = calls.scope;
    const call = calls.top as Call;
    gas.store(this.words);
    calls.lendActor(call);
    const yielded = stack.run();
    recorder?.takeNative();
    gas.load(this.words);
    calls.takeRoot(call);
    switch (yielded) {
      case Yield.Syscall:
        this.step = Step.Syscall;
        return undefined;
      case Yield.MissingBlock:
        this.step = Step.Block;
        return undefined;
      case Yield.Slice:
        if (this.onWrite !== undefined && this.words[Word.STOP_AT_WRITE] === 0) {
          this.wrote(this.onWrite);
          return undefined;
        }
        return this.pause();
      case Yield.Finished:
        this.finishTop();
        this.next();
        return undefined;
      default:
        throw new HostFault("BROKEN_INVARIANT", { text: `native yield ${yielded}` });
    }
  }

  private finishTop(): void {
    const { calls, stack } = this.parts;
    switch (this.words[Word.OUTCOME]) {
      case Outcome.Exit:
        calls.finish(calls.top as Call);
        break;
      case Outcome.OutOfGas:
        throw OUT_OF_GAS;
      case Outcome.Fatal:
        throw new Fatal(stack.failure(), { exitCode: this.words[Word.EXIT_CODE] as number });
      default:
        throw new HostFault("NATIVE_FAILED", { text: stack.failure() });
    }
  }

  private wrote(onWrite: OnWrite): void {
    this.onWrite = undefined;
    if (!onWrite()) throw new Fatal("ended at its first write");
  }

  /** A long call gives others a turn, if somebody may want to end it. */
  private pause(): Promise<void> | undefined {
    throwIfAborted(this.signal);
    return this.signal && setImmediate();
  }

  /** After a step that was done: whoever is on top goes on. */
  private next(): void {
    const { top } = this.parts.calls;
    this.step = top === undefined ? Step.Ended : top.running ? Step.Run : Step.Enter;
  }

  private recover(error: unknown): Promise<void> | undefined {
    if (error instanceof MissingBlock || error instanceof Pending) {
      this.parts.checkpoint.restore(this.parts.calls);
      const { first } = this;
      return error.pending.catch((failure: unknown) => {
        if (!(failure instanceof BlockNotFound)) throw failure;
        // The message may be abandoned by now, and another one on its way.
        if (this.first === first) this.absent = failure;
      });
    }
    this.absent = undefined;
    // Whatever the reason is, it is none of an actor's.
    if (this.signal?.aborted === true && error === this.signal.reason) throw error;
    if (error instanceof SyscallError || error instanceof OutOfGas || error instanceof Fatal) {
      this.fail(error);
    } else if (error instanceof BlockNotFound) {
      this.fail(this.missing(error));
    } else if (error instanceof FvmError && MALFORMED_STATE.has(error.code)) {
      // State is checked against its CIDs: if it makes no sense, it does so on every node.
      this.fail(new Fatal("malformed state", { cause: error }));
    } else {
      throw error;
    }
    this.next();
    return undefined;
  }

  private fail(error: CallError): void {
    this.parts.calls.fail(error, this.step === Step.Run);
  }

  private missing({ cid }: BlockNotFound): Fatal {
    const text = cidText(cid);
    const { calls, missingBlocks } = this.parts;
    if (missingBlocks === "host-fault") throw new HostFault("BLOCK_NOT_FOUND", { cid: text });
    if (this.step === Step.Block) return new Fatal(`missing reachable state: ${text}`);
    const isCode = calls.top?.invoked === true && !calls.top.running;
    return new Fatal(isCode ? "actor not found" : `missing block ${text}`);
  }
}
