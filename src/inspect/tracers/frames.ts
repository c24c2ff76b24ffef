import type { EthAddress } from "../../builtin/evm/index.js";
import { networkVersion } from "../../vm/network/version.js";
import { gasOfEach } from "../../vm/trace/gas-of.js";
import { lotusExitCode } from "../../vm/trace/lotus-trace.js";
import type { CallTrace, MessageTrace } from "../../vm/trace/trace.js";
import { shownAddress } from "./addresses.js";
import { classify, type FrameRules, type Scope } from "./classify.js";
import type { EthFrame, FrameEvent } from "./frame.js";
import { selfDestruction } from "./self-destruct.js";

interface OpenFrame extends EthFrame {
  isSelfDestruction: boolean;
  readonly calls: OpenFrame[];
  readonly events: FrameEvent[];
}

/** An actor's code, and the frame that its calls belong to. */
interface Visit {
  /** The call that runs the code; undefined: the message's own. */
  readonly inner: CallTrace | undefined;
  readonly scope: Scope;
  readonly frame: Pick<OpenFrame, "calls" | "events">;
  readonly steps: CallTrace["steps"];
  /** The next of the steps. */
  at: number;
}

/**
 * A message's calls as Ethereum knows calls; undefined: none, which is so if it failed early. Without recursion,
 * because calls may be nested some thousand deep. Throws `FvmError` INVALID_TRACE.
 */
export function framesOf(trace: MessageTrace, sender: EthAddress): EthFrame | undefined {
  if (trace.call === undefined) return undefined;
  const rules: FrameRules = {
    trace: networkVersion(trace.networkVersion, { experimental: true }).rules.trace,
    evm: new Map(trace.builtins).get("evm"),
  };
  const top: Visit = {
    inner: undefined,
    scope: { caller: sender, isContract: false, isTop: true, lastBytecode: undefined },
    frame: { calls: [], events: [] },
    steps: [{ kind: "call", call: trace.call }],
    at: 0,
  };
  const gas = gasOfEach(trace.call);
  const open = [top];
  for (let visit: Visit | undefined = top; visit !== undefined; visit = open.at(-1)) {
    const step = visit.steps[visit.at++];
    if (step === undefined) {
      markSelfDestruction(visit, gas);
      open.pop();
    } else if (step.kind === "event") addEvent(visit.frame, step);
    else if (step.kind === "call") {
      const frame = addFrame(visit, step.call, rules);
      if (frame?.inner !== undefined) open.push(visitOf(frame, frame.inner, rules));
    }
  }
  return top.frame.calls[0];
}

function addEvent({ calls, events }: Visit["frame"], step: FrameEvent["step"]): void {
  events.push({ step, event: step.event, position: calls.length });
}

function addFrame({ scope, frame }: Visit, call: CallTrace, rules: FrameRules): OpenFrame | undefined {
  const facts = classify(call, scope, rules);
  if (facts === undefined) return undefined;
  const exitCode = lotusExitCode(call.end, rules.trace.legacyFrames);
  const isContract = isContractCall(call, rules);
  const made: OpenFrame = {
    ...{ ...facts, call, exitCode, isContract, isSelfDestruction: false },
    ...{ calls: [], events: [] },
  };
  frame.calls.push(made);
  return made;
}

/** At the end of a contract's code, its last call may turn out to be one. */
function markSelfDestruction({ inner, scope, frame }: Visit, gas: ReadonlyMap<CallTrace, bigint>): void {
  const last = frame.calls.at(-1);
  if (inner === undefined || !scope.isContract || last === undefined) return;
  last.isSelfDestruction = selfDestruction(inner, gas) === last.call;
}

function visitOf(frame: OpenFrame, inner: CallTrace, rules: FrameRules): Visit {
  const { callee, steps } = inner;
  const scope: Scope = {
    // A call without a callee makes none.
    caller: callee === undefined ? frame.from : shownAddress(callee.id, callee.state),
    isContract: isContractCall(inner, rules),
    isTop: false,
    lastBytecode: undefined,
  };
  return { inner, scope, frame, steps, at: 0 };
}

function isContractCall({ callee }: CallTrace, { evm }: FrameRules): boolean {
  return callee !== undefined && callee.state.code === evm;
}
