import { arrivalOf } from "../../ipld/retrying.js";
import { effectivePremium } from "../../message/gas.js";
import { type Message, storedLength } from "../../message/message.js";
import { METHOD_SEND } from "../../message/methods.js";
import type { Steps } from "../../util/waits.js";
import { Call, NO_PARAMS, stagedParams } from "../call-manager/call.js";
import type { CallManager, OnWrite } from "../call-manager/call-manager.js";
import type { CallStack } from "../call-manager/call-stack.js";
import type { ChargedState } from "../call-manager/charged-state.js";
import { MessageScope } from "../call-manager/message-scope.js";
import type { CallOutcome } from "../call-manager/outcome.js";
import { GasTracker } from "../gas/tracker.js";
import type { KernelContext } from "../kernel/kernel-context.js";
import type { KernelRules } from "../network/rules.js";
import type { ActorId } from "../state-tree/actor-state.js";
import { noChanges } from "../state-tree/state-diff.js";
import type { Recorder } from "../trace/recorder.js";
import { type ApplyKind, type ApplyResult, NO_EVENTS, NOTHING_PAID } from "./apply-result.js";
import { type Admission, type PreflightParts, preflight } from "./preflight.js";
import { failureOf, receiptOf } from "./receipt.js";
import { settle } from "./settlement.js";

/** A message to execute. */
export interface ExecutionRequest {
  /** As `executableMessage` returns it. */
  readonly message: Message;
  readonly kind: ApplyKind;
  /** Bytes of the message as the chain stores it. Default: `storedLength`. */
  readonly rawLength: number | undefined;
  /** Whether the result tells what the message has changed. */
  readonly changes: boolean;
  /** Ends the message between two slices of gas. */
  readonly signal: AbortSignal | undefined;
  readonly onWrite?: OnWrite | undefined;
  /** Called when all calls have ended, before the message's gas is settled; again if that has to wait. */
  readonly beforeSettlement?: (() => void) | undefined;
}

export interface ExecutorParts {
  readonly preflight: PreflightParts;
  readonly rules: KernelRules;
  readonly state: ChargedState;
  readonly calls: CallStack;
  readonly manager: CallManager;
  readonly kernel: KernelContext;
  readonly recorder: Recorder | undefined;
}

/**
 * Executes messages, one after the other. It is the steps of the current one itself: a generator's state
 * for each message would be the largest piece of its garbage. Source: fvm/src/executor/default.rs.
 */
export class Executor implements Steps<ApplyResult> {
  private readonly scope: MessageScope;
  private request: ExecutionRequest | undefined;
  /** Of the current message, once it has passed preflight. */
  private admission: Admission | undefined;

  constructor(private readonly parts: ExecutorParts) {
    const signed = parts.rules.native.signedGasCharge;
    this.scope = new MessageScope(new GasTracker(0, { signed, record: parts.recorder?.charge }));
  }

  /**
   * From preflight to receipt. The steps throw `FvmError` UNSETTLED_MESSAGE, a `HostFault`, the signal's
   * reason; after that, or if it is not run to its end, `abandon` must be called.
   */
  execute(request: ExecutionRequest): Steps<ApplyResult> {
    this.request = request;
    this.admission = undefined;
    this.parts.recorder?.begin(request.message, request.kind === "explicit");
    return this;
  }

  next(): IteratorResult<Promise<void>, ApplyResult> {
    const value = this.proceed(this.request as ExecutionRequest);
    return value instanceof Promise ? { done: false, value } : { done: true, value };
  }

  /** Ends a message in the middle: nothing of it remains. */
  abandon(): void {
    this.parts.calls.abandon();
    this.parts.recorder?.discard();
    this.parts.preflight.tree.journal.rollback(0);
  }

  /** The result, or what must be awaited before it is called again. */
  private proceed(request: ExecutionRequest): ApplyResult | Promise<void> {
    if (this.admission === undefined) {
      const admission = this.admit(request);
      if (admission instanceof Promise) return admission;
      if ("receipt" in admission) {
        this.parts.recorder?.end(admission.receipt);
        return admission;
      }
      this.begin(request, admission);
      this.admission = admission;
    }
    const result = this.parts.manager.run() ?? this.finish(request, this.admission);
    if (!(result instanceof Promise)) this.parts.recorder?.end(result.receipt);
    return result;
  }

  /** Preflight; or what must be awaited before it is done again. */
  private admit({
    message,
    kind,
    rawLength,
    changes,
  }: ExecutionRequest): Admission | ApplyResult | Promise<void> {
    const { tree } = this.parts.preflight;
    try {
      const length = rawLength ?? storedLength(message);
      const admission = preflight(this.parts.preflight, message, kind, length);
      if (!("receipt" in admission)) return admission;
      tree.journal.commit();
      return changes ? { ...admission, changes: noChanges() } : admission;
    } catch (error) {
      tree.journal.rollback(0);
      return arrivalOf(error);
    }
  }

  /** Prepares the message's calls. */
  private begin({ message, signal, onWrite }: ExecutionRequest, admission: Admission): void {
    const { calls, manager, state, kernel } = this.parts;
    const { scope } = this;
    const premium = effectivePremium(message, this.parts.preflight.baseFee);
    const origin = { id: admission.sender, address: message.from, nonce: message.nonce, premium };
    scope.begin(origin, message.gasLimit);
    // Preflight has made sure that it fits.
    scope.gas.apply(admission.inclusion);
    state.begin(scope, message.to, admission.receiver);
    calls.begin(scope);
    kernel.gas = scope.gas;
    manager.begin(this.firstCall(message, admission.sender), signal, onWrite);
  }

  /** The result of calls that have ended; or what must be awaited before it is done again. */
  private finish(
    { message, kind, changes, beforeSettlement }: ExecutionRequest,
    admission: Admission,
  ): ApplyResult | Promise<void> {
    const { calls, preflight } = this.parts;
    const { tree, baseFee } = preflight;
    const { journal } = tree;
    const { scope } = this;
    const outcome = calls.outcome as CallOutcome;
    const { height } = journal;
    try {
      const receipt = receiptOf(outcome, message, scope);
      beforeSettlement?.();
      const isPaid = kind === "explicit";
      const paid = isPaid ? settle(tree, message, admission, receipt.gasUsed, baseFee) : NOTHING_PAID;
      const changed = changes ? tree.uncommittedChanges() : undefined;
      journal.commit();
      return {
        receipt,
        penalty: paid.penalty,
        minerTip: paid.minerTip,
        baseFeeBurn: paid.baseFeeBurn,
        overEstimationBurn: paid.overEstimationBurn,
        refund: paid.refund,
        gasRefund: paid.gasRefund,
        gasBurned: paid.gasBurned,
        failure: failureOf(outcome, message, this.parts.kernel.machine.epoch, scope),
        events: scope.events.length > 0 ? scope.events : NO_EVENTS,
        invocations: scope.invocations,
        returnCodec: outcome.kind === "exit" ? outcome.value?.codec : undefined,
        changes: changed,
      };
    } catch (error) {
      journal.rollback(height);
      return arrivalOf(error);
    }
  }

  private firstCall({ to, method, params, value }: Message, sender: ActorId): Call {
    const { paramsCodec } = this.parts.rules.executor;
    const codec = method === METHOD_SEND ? paramsCodec.send : paramsCodec.invoke;
    const block = params.length === 0 ? NO_PARAMS : stagedParams(codec, params);
    return new Call(sender, to, method, block, value, undefined, false, false);
  }
}
