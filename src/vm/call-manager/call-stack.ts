import { roundUp } from "../../message/gas.js";
import { METHOD_SEND } from "../../message/methods.js";
import { ErrorNumber, ExitCode, OUT_OF_GAS, SyscallError } from "../../message/outcome.js";
import { ActorAccess, ActorUse } from "../../native/addon.js";
import {
  NO_EXECUTION,
  onChainReturnValue,
  onMethodInvocation,
  onReturnValue,
  onSend,
  onValueTransfer,
} from "../gas/charges.js";
import type { PriceList } from "../gas/price-list.js";
import type { KernelRules } from "../network/rules.js";
import type { CallEnd } from "../trace/observation.js";
import type { Recorder } from "../trace/recorder.js";
import type { AutomaticCreation } from "./automatic-creation.js";
import type { Call } from "./call.js";
import type { ChargedState } from "./charged-state.js";
import type { MessageScope } from "./message-scope.js";
import type { NativeFrames } from "./native-frames.js";
import type { CallError, CallOutcome } from "./outcome.js";

/** Texts of frames that an error goes through, by the exit code. */
const UNWINDING_TEXTS: Readonly<Record<ExitCode, string>> = {
  [ExitCode.OutOfGas]: "out of gas",
  [ExitCode.AssertionFailed]: "fatal error",
  [ExitCode.MissingReturn]: "error getting exit data block",
};

export interface CallStackParts {
  readonly rules: KernelRules;
  readonly prices: PriceList;
  readonly state: ChargedState;
  readonly receivers: AutomaticCreation;
  readonly frames: NativeFrames;
  readonly recorder: Recorder | undefined;
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

  constructor(
    private readonly parts: CallStackParts,
    /** The current message's. */
    public scope: MessageScope,
  ) {}

  /** Begins a message. */
  begin(scope: MessageScope): void {
    this.scope = scope;
    this.outcome = undefined;
  }

  get top(): Call | undefined {
    const { length } = this.calls;
    // Index -1 would be looked up as the name of a property.
    return length === 0 ? undefined : this.calls[length - 1];
  }

  /** To be called before the actor on top runs: C++ gets to know its state, if it is not what C++ knows. */
  lendActor(call: Call): void {
    const { state, frames } = this.parts;
    const actor = state.paidActor(call.actorId);
    if (actor === call.lent) return;
    call.lent = actor;
    if (actor === undefined) frames.lendNothing();
    else if (call.readOnly) frames.lend(actor, ActorAccess.Read);
    else frames.lend(actor, state.isUpdatePaid(call.actorId) ? ActorAccess.Updated : ActorAccess.Update);
  }

  /** To be called after it ran: takes the root that it has set. */
  takeRoot(call: Call): void {
    const { state, frames } = this.parts;
    const { reads } = state.tree;
    if (reads !== undefined) {
      const used = frames.takeUsed();
      if ((used & ActorUse.Root) !== 0) reads.root(call.actorId);
      if ((used & ActorUse.Balance) !== 0) reads.balance(call.actorId);
    }
    const root = frames.takeRoot();
    if (root !== undefined) call.lent = state.setPaidRoot(call.actorId, root);
  }

  /** Makes a call; afterwards it has ended, or an actor waits to run for it. */
  open(call: Call): void {
    const { rules, state, receivers, recorder } = this.parts;
    const { scope } = this;
    if (recorder !== undefined) this.noteCall(call, recorder);
    if (call.gasLimit !== undefined) scope.gas.pushLimit(call.gasLimit);
    if (this.depth >= rules.calls.maxCallDepth) {
      if (call.gasLimit !== undefined && !rules.calls.depthRefusalLeavesGasLimit) scope.gas.popLimit();
      const error = new SyscallError(ErrorNumber.LimitExceeded, "message execution exceeds call depth");
      this.noteFailure(call, error);
      throw error;
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
    const { rules, prices, state, frames } = this.parts;
    const { gas, origin } = this.scope;
    const receiver = state.getActor(call.actorId);
    if (receiver === undefined) {
      throw new SyscallError(ErrorNumber.NotFound, `actor does not exist: ${call.actorId}`);
    }
    this.parts.recorder?.note({
      kind: "callee",
      id: call.actorId,
      state: { ...receiver },
      isConstructor: call.isConstructor,
    });
    const transfers = call.value !== 0n;
    const invokes = call.method !== METHOD_SEND;
    if (rules.calls.chargesSendFirst) gas.apply(onSend(prices, transfers, invokes));
    if (transfers) {
      if (!rules.calls.chargesSendFirst) gas.apply(onValueTransfer(prices));
      state.transfer(call.caller, call.actorId, call.value);
    }
    if (invokes) {
      if (!rules.calls.chargesSendFirst) gas.apply(onMethodInvocation(prices, call.params.links));
      // Before its code is loaded: if that cannot be done, the actor is to blame.
      call.invoked = true;
      frames.push(call, receiver.code, state.paidActor(call.caller), origin);
      this.scope.invocations++;
    } else {
      this.chargeReturn(ExitCode.Ok, false);
      this.noteExit(call, ExitCode.Ok, false);
      this.close(call, true);
      this.deliver(ExitCode.Ok);
    }
  }

  /** The actor on top has ended by itself. */
  finish(call: Call): void {
    const { frames, rules } = this.parts;
    const code = frames.exitCode;
    if (code !== ExitCode.Ok) this.trace(call, code, frames.failure());
    // From here on a failure, for want of gas, is not the actor's.
    call.invoked = false;
    const hasValue = frames.returnsBlock && (code === ExitCode.Ok || rules.calls.failureCarriesData);
    this.chargeReturn(code, hasValue);
    this.noteExit(call, code, hasValue);
    this.close(call, code === ExitCode.Ok);
    if (call.isConstructor) {
      // Its exit code does not matter to anybody.
      frames.pop(call);
    } else if (!hasValue) {
      frames.pop(call);
      this.deliver(code);
    } else if (this.calls.length === 0) {
      this.outcome = { kind: "exit", code, value: frames.returnValue() };
      frames.pop(call);
    } else {
      frames.answerSendWithBlock(call, code);
    }
  }

  /**
   * Something on top threw: the call that was just being made, or the actor that runs.
   * @param hasEnded the actor on top has ended already; all others wait for a syscall's answer
   */
  fail(error: CallError, hasEnded: boolean): void {
    const { frames, recorder } = this.parts;
    let waits = !hasEnded;
    let exitCode = "exitCode" in error ? error.exitCode : ExitCode.OutOfGas;
    for (let call = this.top; call !== undefined; call = this.top) {
      if (call.running && error instanceof SyscallError) {
        frames.refuse(call, error);
        return;
      }
      if (call.invoked) {
        this.trace(call, exitCode, UNWINDING_TEXTS[exitCode] ?? "");
        if (error !== OUT_OF_GAS) exitCode = ExitCode.AssertionFailed;
      }
      if (call.running) {
        if (waits) recorder?.charge(NO_EXECUTION);
        frames.pop(call);
      }
      waits = true;
      this.noteFailure(call, error);
      this.close(call, false);
      // A call that used up its own limit, but not all there is, has just failed.
      if (error === OUT_OF_GAS && this.scope.gas.available() > 0) {
        this.deliver(ExitCode.OutOfGas);
        return;
      }
    }
    this.outcome = { kind: "error", error };
  }

  /** Drops all calls as they are. */
  abandon(): void {
    this.parts.frames.popAll();
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
    else this.parts.frames.answerSend(code);
  }

  /** To be called before the call is closed: its gas limit holds for this, too. */
  private chargeReturn(code: ExitCode, hasValue: boolean): void {
    const { rules, prices, frames } = this.parts;
    const { gas } = this.scope;
    const atTop = this.depth === 1;
    if (rules.executor.executorChargesReturn) {
      const isResult = atTop && this.calls.length === 1 && code === ExitCode.Ok;
      if (isResult) gas.apply(onChainReturnValue(prices, hasValue ? frames.returnSize : 0));
    } else if (hasValue && atTop) {
      gas.apply(onChainReturnValue(prices, frames.returnSize));
    } else if (hasValue && rules.calls.chargesNestedReturns) {
      gas.apply(onReturnValue(prices, frames.returnLinks));
    }
  }

  private noteCall(call: Call, recorder: Recorder): void {
    const { caller: from, to, method, value, gasLimit, readOnly } = call;
    const available = this.scope.gas.available();
    recorder.note({
      kind: "call",
      ...{ from, to, method, value, readOnly },
      params: this.parts.frames.paramsOf(call),
      gasLimit: roundUp(gasLimit !== undefined && gasLimit < available ? gasLimit : available),
    });
  }

  /** A constructor ends as part of the call that needs it. */
  private noteExit(call: Call, code: ExitCode, hasValue: boolean): void {
    const { recorder, frames } = this.parts;
    if (recorder === undefined || call.isConstructor) return;
    const value = hasValue ? frames.returnValue() : undefined;
    recorder.note({ kind: "return", end: { kind: "exit", code, value } });
  }

  private noteFailure(call: Call, error: CallError): void {
    const { recorder } = this.parts;
    if (recorder === undefined || call.isConstructor) return;
    recorder.note({ kind: "return", end: failedEnd(error) });
  }

  private trace(call: Call, code: ExitCode, text: string): void {
    const { frames, rules } = this.parts;
    if (call.isConstructor && !rules.trace.backtraceOfConstructors) return;
    const { backtrace } = this.scope;
    const cause = call.running ? frames.cause(call.refusal) : undefined;
    if (cause !== undefined) backtrace.begin(cause);
    backtrace.push({ actorId: call.actorId, method: call.method, code, text });
  }
}

/** How a call ended that something has gone wrong with, for observers. */
function failedEnd(error: CallError): CallEnd {
  if (error === OUT_OF_GAS) return { kind: "outOfGas" };
  if (error instanceof SyscallError) return { kind: "refused", errno: error.errno, text: error.text };
  return { kind: "fatal", text: "text" in error ? error.text : "" };
}
