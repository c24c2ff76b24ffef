import { Call, NO_PARAMS, stagedParams } from "../call-manager/call.js";
import type { CallManager } from "../call-manager/call-manager.js";
import type { CallStack } from "../call-manager/call-stack.js";
import type { ChargedState } from "../call-manager/charged-state.js";
import { MessageScope } from "../call-manager/message-scope.js";
import type { CallOutcome } from "../call-manager/outcome.js";
import type { GasOutputs } from "../gas/outputs.js";
import { GasTracker } from "../gas/tracker.js";
import { arrivalOf } from "../ipld/retrying.js";
import type { KernelContext } from "../kernel/kernel-context.js";
import { checkMessage, type Message, storedLength } from "../message/message.js";
import { METHOD_SEND } from "../message/methods.js";
import type { KernelRules } from "../network/rules.js";
import type { ActorId } from "../state-tree/actor-state.js";
import type { Waits } from "../util/waits.js";
import { type ApplyKind, type ApplyResult, NOTHING_PAID } from "./apply-result.js";
import { type Admission, type PreflightParts, preflight } from "./preflight.js";
import { failureOf, receiptOf } from "./receipt.js";
import { settle } from "./settlement.js";

/** A message to execute. */
export interface Application {
  readonly message: Message;
  readonly kind: ApplyKind;
  /** Bytes of the message as the chain stores it. Default: `storedLength`. */
  readonly rawLength: number | undefined;
  /** Ends the message between two slices of gas. */
  readonly signal: AbortSignal | undefined;
}

export interface ExecutorParts {
  readonly preflight: PreflightParts;
  readonly rules: KernelRules;
  readonly state: ChargedState;
  readonly calls: CallStack;
  readonly manager: CallManager;
  readonly kernel: KernelContext;
}

/** Executes messages, one after the other. Source: fvm/src/executor/default.rs. */
export class Executor {
  constructor(private readonly parts: ExecutorParts) {}

  /**
   * From preflight to receipt. Throws `FvmError` INVALID_MESSAGE or UNSETTLED_MESSAGE, a `HostFault`, the
   * signal's reason; after that, or if it is not run to its end, `abandon` must be called.
   */
  *execute(application: Application): Waits<ApplyResult> {
    const { message, kind } = application;
    checkMessage(message, this.parts.rules.state.delegatedAddresses);
    const rawLength = application.rawLength ?? storedLength(message);
    const { tree, baseFee } = this.parts.preflight;
    const { journal } = tree;
    // Loops instead of generators within this one: a plain transfer is as short as those are long.
    let admission: Admission | ApplyResult | undefined;
    while (admission === undefined) {
      try {
        admission = preflight(this.parts.preflight, message, kind, rawLength);
      } catch (error) {
        journal.rollback(0);
        yield arrivalOf(error);
      }
    }
    if ("receipt" in admission) {
      journal.commit();
      return admission;
    }

    const { calls, manager } = this.parts;
    const scope = this.begin(application, admission);
    for (let wait = manager.run(); wait !== undefined; wait = manager.run()) yield wait;
    const outcome = calls.outcome as CallOutcome;
    const receipt = receiptOf(outcome, message, scope);

    const height = journal.height;
    let payments: GasOutputs | undefined = kind === "implicit" ? NOTHING_PAID : undefined;
    while (payments === undefined) {
      try {
        payments = settle(tree, message, admission, receipt.gasUsed, baseFee);
      } catch (error) {
        journal.rollback(height);
        yield arrivalOf(error);
      }
    }
    journal.commit();
    return {
      receipt,
      penalty: payments.penalty,
      minerTip: payments.minerTip,
      baseFeeBurn: payments.baseFeeBurn,
      overEstimationBurn: payments.overEstimationBurn,
      refund: payments.refund,
      gasRefund: payments.gasRefund,
      gasBurned: payments.gasBurned,
      failure: failureOf(outcome, scope),
      events: scope.events,
      invocations: scope.invocations,
      returnCodec: outcome.kind === "exit" ? outcome.value?.codec : undefined,
    };
  }

  /** Ends a message in the middle: nothing of it remains. */
  abandon(): void {
    this.parts.calls.abandon();
    this.parts.preflight.tree.journal.rollback(0);
  }

  /** Prepares the message's calls. */
  private begin({ message, signal }: Application, admission: Admission): MessageScope {
    const { calls, manager, state, kernel } = this.parts;
    const scope = this.scopeOf(message, admission);
    // Preflight has made sure that it fits.
    scope.gas.apply(admission.inclusion);
    state.begin(scope, message.to, admission.receiver);
    calls.begin(scope);
    kernel.gas = scope.gas;
    manager.begin(this.firstCall(message, admission.sender), signal);
    return scope;
  }

  private scopeOf(message: Message, { sender }: Admission): MessageScope {
    const gas = new GasTracker(message.gasLimit, { signed: this.parts.rules.native.signedGasCharge });
    const premium = effectivePremium(message, this.parts.preflight.baseFee);
    return new MessageScope({ id: sender, address: message.from, nonce: message.nonce, premium }, gas);
  }

  private firstCall({ to, method, params, value }: Message, sender: ActorId): Call {
    const { paramsCodec } = this.parts.rules.executor;
    const codec = method === METHOD_SEND ? paramsCodec.send : paramsCodec.invoke;
    const block = params.length === 0 ? NO_PARAMS : stagedParams(codec, params);
    return new Call(sender, to, method, block, value, undefined, false, false);
  }
}

/** Fee cap: base fee and premium together are no more. Actors see the rest of the premium. */
function effectivePremium({ gasPremium, gasFeeCap }: Message, baseFee: bigint): bigint {
  const room = gasFeeCap - baseFee;
  const premium = gasPremium < room ? gasPremium : room;
  return premium > 0n ? premium : 0n;
}
