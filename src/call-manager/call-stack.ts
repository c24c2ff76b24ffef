import {
  onChainReturnValue,
  onMethodInvocation,
  onReturnValue,
  onSend,
  onValueTransfer,
} from "../gas/charges.js";
import type { PriceList } from "../gas/price-list.js";
import type { Cid } from "../ipld/cid.js";
import type { SyscallAnswer } from "../kernel/control-block.js";
import { ErrorNumber, ExitCode, OUT_OF_GAS, SyscallError } from "../kernel/outcome.js";
import type { CodeLoader } from "../machine/code-loader.js";
import { METHOD_SEND } from "../message/methods.js";
import { type NativeStack, Word } from "../native/addon.js";
import type { KernelRules } from "../network/rules.js";
import { u64FromWords } from "../util/u64.js";
import type { Call } from "./call.js";
import type { ChargedState } from "./charged-state.js";
import type { ContextWriter } from "./message-context.js";
import type { MessageScope } from "./message-scope.js";
import type { CallError, CallOutcome, ReturnValue } from "./outcome.js";
import type { ReceiverFactory } from "./receiver.js";

export interface CallStackParts {
  readonly rules: KernelRules;
  readonly prices: PriceList;
  readonly state: ChargedState;
  readonly receivers: ReceiverFactory;
  readonly stack: NativeStack;
  readonly answer: SyscallAnswer;
  readonly writeContext: ContextWriter;
  readonly code: Pick<CodeLoader, "admit" | "load">;
}

/**
 * The open calls of a message, as a flat list; the native stack has a frame for each whose actor runs.
 * A call begins with `open`, its actor ends with `finish`, and anything that goes wrong on the way goes
 * through `fail`. Source: fvm/src/call_manager/default.rs.
 */
export class CallStack {
  readonly calls: Call[] = [];
  /** Open sends; constructors of their receivers do not count. */
  depth = 0;
  /** How the first call ended. */
  outcome: CallOutcome | undefined;

  private readonly words: Uint32Array;

  constructor(
    private readonly parts: CallStackParts,
    /** The current message's. */
    public scope: MessageScope,
  ) {
    this.words = new Uint32Array(parts.stack.control);
  }

  /** Begins a message. */
  begin(scope: MessageScope): void {
    this.scope = scope;
    this.outcome = undefined;
  }

  get top(): Call | undefined {
    return this.calls[this.calls.length - 1];
  }

  /** Makes a call; afterwards it has ended, or an actor waits to run for it. */
  open(call: Call): void {
    const { rules, state, receivers } = this.parts;
    const { scope } = this;
    if (call.gasLimit !== undefined) scope.gas.pushLimit(call.gasLimit);
    if (this.depth >= rules.calls.maxCallDepth) {
      if (call.gasLimit !== undefined && !rules.calls.depthRefusalLeavesGasLimit) scope.gas.popLimit();
      throw new SyscallError(ErrorNumber.LimitExceeded, "message execution exceeds call depth");
    }
    call.journal = state.tree.journal.height;
    call.events = scope.events.length;
    this.calls.push(call);
    this.depth++;

    const id = state.resolveAddress(call.to);
    if (id !== undefined) call.actorId = id;
    const constructing = id === undefined ? receivers.create(call, scope.gas) : undefined;
    if (constructing !== undefined) this.calls.push(constructing);
    this.enter(constructing ?? call);
  }

  /** Goes on with the call on top, whose receiver exists and is constructed. */
  enter(call: Call): void {
    const { rules, prices, state } = this.parts;
    const { gas } = this.scope;
    const receiver = state.getActor(call.actorId);
    if (receiver === undefined) throw new SyscallError(ErrorNumber.NotFound, `no actor f0${call.actorId}`);
    const transfers = call.value !== 0n;
    const invokes = call.method !== METHOD_SEND;
    if (rules.calls.chargesSendFirst) gas.apply(onSend(prices, transfers, invokes));
    if (transfers) {
      if (!rules.calls.chargesSendFirst) gas.apply(onValueTransfer(prices));
      state.transfer(call.caller, call.actorId, call.value);
    }
    if (invokes) {
      if (!rules.calls.chargesSendFirst) gas.apply(onMethodInvocation(prices, call.params.links));
      this.push(call, receiver.code);
    } else {
      this.chargeReturn(ExitCode.Ok, false);
      this.close(call, true);
      this.deliver(ExitCode.Ok);
    }
  }

  /** The actor on top has ended by itself. */
  finish(call: Call): void {
    const { stack, rules } = this.parts;
    const code = this.words[Word.EXIT_CODE] as number;
    if (code !== ExitCode.Ok) this.trace(call, code, stack.failure());
    const returns = this.words[Word.RETURN_PRESENT] !== 0;
    const hasValue = returns && (code === ExitCode.Ok || rules.calls.failureCarriesData);
    this.chargeReturn(code, hasValue);
    call.running = false;
    this.close(call, code === ExitCode.Ok);
    if (call.isConstructor) {
      // Its exit code does not matter to anybody.
      stack.pop();
    } else if (!hasValue) {
      stack.pop();
      this.deliver(code);
    } else if (this.calls.length === 0) {
      this.outcome = { kind: "exit", code, value: this.returnValue() };
      stack.pop();
    } else {
      stack.popInto(code, true);
    }
  }

  /** Something on top threw: the call that was just being made, or the actor that runs. */
  fail(error: CallError): void {
    for (let call = this.top; call !== undefined; call = this.top) {
      if (call.running) {
        if (error instanceof SyscallError) {
          call.refusal = error;
          this.parts.answer.refuse(error.errno);
          return;
        }
        const isGas = error === OUT_OF_GAS;
        this.trace(
          call,
          isGas ? ExitCode.OutOfGas : ExitCode.AssertionFailed,
          isGas ? "out of gas" : "fatal error",
        );
        this.parts.stack.pop();
        call.running = false;
      }
      this.close(call, false);
      // A call that used up its own limit, but not all there is, has just failed.
      if (error === OUT_OF_GAS && !call.isConstructor && this.scope.gas.available() > 0) {
        this.deliver(ExitCode.OutOfGas);
        return;
      }
    }
    this.outcome = { kind: "error", error };
  }

  /** Drops all calls as they are. */
  abandon(): void {
    while (this.parts.stack.depth > 0) this.parts.stack.pop();
    this.calls.length = 0;
    this.depth = 0;
  }

  /** Ends the call on top, with its transaction and gas limit. */
  private close(call: Call, succeeded: boolean): void {
    this.calls.pop();
    if (call.isConstructor) return;
    this.depth--;
    if (!succeeded) {
      this.parts.state.tree.journal.rollback(call.journal);
      this.scope.events.length = call.events;
    }
    if (call.gasLimit !== undefined) this.scope.gas.popLimit();
  }

  /** Answers whoever made the call that has just ended, without data. */
  private deliver(code: ExitCode): void {
    if (this.calls.length === 0) this.outcome = { kind: "exit", code, value: undefined };
    else this.parts.answer.sent(code);
  }

  private push(call: Call, code: Cid): void {
    const { stack, writeContext, code: loader } = this.parts;
    const { handle, block } = call.params;
    loader.admit(code);
    writeContext(this.words, call, this.scope.origin);
    if (block !== undefined) stack.stageParams(block.codec, block.data);
    if (!stack.push(code, handle)) {
      loader.load(code);
      stack.push(code, handle);
    }
    call.running = true;
  }

  private chargeReturn(code: ExitCode, hasValue: boolean): void {
    const { rules, prices } = this.parts;
    const atTop = this.depth === 1;
    if (rules.executor.executorChargesReturn) {
      const isResult = atTop && this.calls.length === 1 && code === ExitCode.Ok;
      if (isResult) this.scope.gas.apply(onChainReturnValue(prices, hasValue ? this.returnSize() : 0));
    } else if (hasValue) {
      if (atTop) this.scope.gas.apply(onChainReturnValue(prices, this.returnSize()));
      else if (rules.calls.chargesNestedReturns)
        this.scope.gas.apply(onReturnValue(prices, this.returnLinks()));
    }
  }

  private returnSize(): number {
    return this.words[Word.RETURN_SIZE] as number;
  }

  private returnLinks(): number {
    return this.words[Word.RETURN_LINKS] as number;
  }

  private returnValue(): ReturnValue {
    const codec = u64FromWords(
      this.words[Word.RETURN_CODEC] as number,
      this.words[Word.RETURN_CODEC + 1] as number,
    );
    return { codec, data: this.parts.stack.returnData() };
  }

  private trace(call: Call, code: ExitCode, text: string): void {
    if (call.isConstructor && !this.parts.rules.trace.backtraceOfConstructors) return;
    const last = this.parts.stack.lastError();
    if (last !== undefined) {
      const why = call.refusal?.errno === last.errno ? call.refusal.text : "";
      this.scope.backtrace.begin({ kind: "syscall", ...last, text: why });
    }
    this.scope.backtrace.push({ actorId: call.actorId, method: call.method, code, text });
  }
}
