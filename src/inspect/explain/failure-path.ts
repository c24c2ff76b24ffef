import { formatAddress } from "../../address/text.js";
import type { ContractAbi } from "../../builtin/abi/contract-abi.js";
import type { BuiltinActors } from "../../builtin/builtin-actors.js";
import type { Backtrace } from "../../vm/call-manager/backtrace.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import { callByAbi } from "../tracers/call-by-abi.js";
import type { FailedCall } from "./explanation.js";

/** A call that failed, with its trace. */
export interface PathCall {
  readonly call: CallTrace;
  readonly shown: FailedCall;
}

/**
 * The calls from the message's own to the one where it went wrong: at each step the last call that failed, if the
 * backtrace says that its caller failed because of it, or gas ran out in both, or both are fatal.
 */
export function failurePath(
  root: CallTrace,
  backtrace: Backtrace | undefined,
  actors: BuiltinActors,
  abi: ContractAbi | undefined,
): readonly [PathCall, ...PathCall[]] {
  // The outermost first. Where gas runs out in a transfer, there is none.
  const frames = backtrace?.frames.toReversed() ?? [];
  const shown = (call: CallTrace, depth: number): PathCall => {
    return { call, shown: shownCall(call, actors, abi, frames[depth]?.text) };
  };
  const path: [PathCall, ...PathCall[]] = [shown(root, 0)];
  for (let current = root; ; ) {
    const next = lastFailure(current);
    if (next === undefined || !isCause(current, next, frames[path.length], backtrace)) return path;
    path.push(shown(next, path.length));
    current = next;
  }
}

function lastFailure({ steps }: CallTrace): CallTrace | undefined {
  const step = steps.findLast((step) => step.kind === "call" && hasFailed(step.call));
  return step?.kind === "call" ? step.call : undefined;
}

/** Whether a call ended otherwise than with exit code 0. */
export function hasFailed({ end }: CallTrace): boolean {
  return end.kind !== "exit" || end.code !== 0;
}

function isCause(
  caller: CallTrace,
  callee: CallTrace,
  frame: Backtrace["frames"][0] | undefined,
  backtrace: Backtrace | undefined,
): boolean {
  if (caller.end.kind === "fatal" || callee.end.kind === "fatal") return caller.end.kind === callee.end.kind;
  if (frame !== undefined) return callee.callee?.id === frame.actorId && callee.method === frame.method;
  if (caller.end.kind === "outOfGas") return callee.end.kind === "outOfGas" && isLast(caller, callee);
  if (callee.end.kind !== "refused" || backtrace?.cause?.kind !== "syscall") return false;
  return backtrace.cause.module === "send" && backtrace.cause.errno === callee.end.errno;
}

/** Whether the caller made no other call after it. */
function isLast({ steps }: CallTrace, callee: CallTrace): boolean {
  const last = steps.findLast((step) => step.kind === "call");
  return last?.kind === "call" && last.call === callee;
}

function shownCall(
  call: CallTrace,
  actors: BuiltinActors,
  abi: ContractAbi | undefined,
  text: string | undefined,
): FailedCall {
  const { from, to, callee, method, end } = call;
  const type = callee === undefined ? undefined : actors.typeOf(callee.state.code);
  return {
    from,
    actor: callee === undefined ? formatAddress(to) : `f0${callee.id}`,
    type,
    method,
    methodName: actors.methodName(type, method),
    functionSignature: abi && callByAbi(call, abi).call?.signature,
    end,
    text,
  };
}
