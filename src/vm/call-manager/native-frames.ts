import type { Cid } from "../../encoding/cid.js";
import { HostFault } from "../../errors.js";
import type { ErrorNumber, ExitCode, SyscallError } from "../../message/outcome.js";
import { ActorAccess, type NativeStack, Word } from "../../native/addon.js";
import { u64FromWords } from "../../util/u64.js";
import { writeU128 } from "../../util/words.js";
import type { ControlBlock, SyscallAnswer } from "../kernel/control-block.js";
import type { ActorState } from "../state-tree/actor-state.js";
import type { BacktraceCause } from "./backtrace.js";
import type { Call, ParamsBlock } from "./call.js";
import type { ContextWriter } from "./message-context.js";
import type { Origin } from "./message-scope.js";
import type { ReturnValue } from "./outcome.js";

/** Where the code of actors comes from. */
export interface CodeSource {
  /** The code that runs for an actor of this code, as a rule the same. Throws `Fatal` if none may. */
  admit(code: Cid): Cid;
  /** Brings code into the engine. Throws `Fatal` if it is no module that may run, and what `Blocks.get` throws. */
  load(code: Cid): void;
}

/** The native frames of those calls whose actor runs. */
export class NativeFrames {
  private readonly words: Uint32Array;

  constructor(
    private readonly stack: NativeStack,
    private readonly control: ControlBlock,
    private readonly answer: SyscallAnswer,
    private readonly writeContext: ContextWriter,
    private readonly code: CodeSource,
  ) {
    this.words = control.words;
  }

  /**
   * Puts a call's actor on top, to run next; or throws what loading its code throws, and does nothing.
   * @param caller undefined = the actor has to ask
   */
  push(call: Call, code: Cid, caller: ActorState | undefined, origin: Origin): void {
    const { handle, block } = call.params;
    const runs = this.code.admit(code);
    this.writeContext(this.words, call, origin);
    this.control.writeSized(Word.CALLER_CODE_SIZE, caller?.code);
    this.control.writeSized(Word.CALLER_DELEGATED_SIZE, caller?.delegatedAddress);
    if (block !== undefined) this.stack.stageParams(block.codec, block.data);
    if (!this.stack.push(runs, handle)) {
      this.code.load(runs);
      if (!this.stack.push(runs, handle)) {
        throw new HostFault("BROKEN_INVARIANT", { text: "loaded code is not there" });
      }
    }
    call.running = true;
  }

  /** Tells C++ the state of the actor on top, and what it may do with it. */
  lend({ state, balance, delegatedAddress }: ActorState, access: ActorAccess): void {
    if (!writeU128(this.words, Word.BALANCE, balance)) {
      this.lendNothing();
      return;
    }
    this.control.writeSized(Word.ROOT_SIZE, state);
    this.control.writeSized(Word.DELEGATED_SIZE, delegatedAddress);
    this.words[Word.ACTOR] = access;
  }

  /** C++ forgets what it knows of the actor on top. */
  lendNothing(): void {
    this.words[Word.ACTOR] = ActorAccess.None;
  }

  /** Facts that C++ has told actors out of what it was lent, since this was asked last: bits of `ActorUse`. */
  takeUsed(): number {
    const used = this.words[Word.ACTOR_USED] as number;
    this.words[Word.ACTOR_USED] = 0;
    return used;
  }

  /** The root that the actor that ran has set, if it has. */
  takeRoot(): Cid | undefined {
    if (this.words[Word.ROOT_SET] === 0) return undefined;
    this.words[Word.ROOT_SET] = 0;
    return this.control.readCid(Word.ROOT_SIZE);
  }

  /** Drops the actor on top. */
  pop(call: Call): void {
    this.stack.pop();
    call.running = false;
  }

  popAll(): void {
    while (this.stack.depth > 0) this.stack.pop();
  }

  /** How the actor on top ended. */
  get exitCode(): ExitCode {
    return this.words[Word.EXIT_CODE] as number;
  }

  get returnsBlock(): boolean {
    return this.words[Word.RETURN_PRESENT] !== 0;
  }

  /** Bytes of the returned block. */
  get returnSize(): number {
    return this.words[Word.RETURN_SIZE] as number;
  }

  get returnLinks(): number {
    return this.words[Word.RETURN_LINKS] as number;
  }

  returnValue(): ReturnValue {
    const low = this.words[Word.RETURN_CODEC] as number;
    const high = this.words[Word.RETURN_CODEC + 1] as number;
    return {
      codec: u64FromWords(low, high),
      data: this.stack.returnData() ?? this.control.payload.slice(0, this.returnSize),
    };
  }

  /** The parameters of a call that the actor on top makes, or that come from outside. */
  paramsOf({ params: { handle, block } }: Call): ParamsBlock | undefined {
    return handle === 0 ? undefined : (block ?? this.stack.readBlock(handle));
  }

  /** Why the actor on top ended, for people. */
  failure(): string {
    return this.stack.failure();
  }

  /**
   * The failed syscall that may have led to it.
   * @param refusal the last one of JavaScript
   */
  cause(refusal: SyscallError | undefined): BacktraceCause | undefined {
    const last = this.stack.lastError();
    if (last === undefined) return undefined;
    const { module, name, errno, text } = last;
    return { kind: "syscall", module, name, errno: errno as ErrorNumber, text: text ?? refusal?.text ?? "" };
  }

  /** Answers the send of the actor on top: without data. */
  answerSend(code: ExitCode): void {
    this.answer.sent(code);
  }

  /** Drops the actor on top, and answers the send of the one below with the block it returned. */
  answerSendWithBlock(call: Call, code: ExitCode): void {
    this.stack.popInto(code, true);
    call.running = false;
  }

  /** Refuses the syscall of the actor on top. */
  refuse(call: Call, error: SyscallError): void {
    call.refusal = error;
    this.answer.refuse(error.errno);
  }
}
