import type { Address } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { ContractAbi } from "../../builtin/abi/contract-abi.js";
import { BuiltinActors } from "../../builtin/builtin-actors.js";
import { errorNumberName, errorNumberText, exitCodeName, exitCodeText } from "../../builtin/exit-codes.js";
import type { Cid } from "../../encoding/cid.js";
import { isObject } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { ApplyFailure, ApplyResult } from "../../vm/executor/apply-result.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { checkTraced } from "../profile/checked.js";
import { causeOf } from "./cause.js";
import type { Explanation, FailedCall, RefusedSyscall } from "./explanation.js";
import { failurePath, type PathCall } from "./failure-path.js";
import { preflightCause } from "./preflight.js";
import { revertReason, revertText } from "./revert.js";
import { actorText, methodText, quoted } from "./words.js";

/** Calls of a path that are shown at its beginning and at its end. */
const SHOWN_CALLS = 3;

/** A message's result with its trace, as `Machine.execute` returns it if it traces. */
export type FailedMessage = Pick<ApplyResult, "receipt" | "failure"> & { readonly trace: MessageTrace };

/** More that is known of the state. */
export interface ExplainOptions {
  /** The code of an address's actor: tells what a message was for that could not begin. */
  readonly codeOf?: (address: Address) => Cid | undefined;
  /** Tells contracts' functions and errors by name. */
  readonly abi?: ContractAbi;
}

/**
 * Why a message failed: a paragraph for people, and the same as data. Undefined if it did not fail. Throws
 * `FvmError` INVALID_OPTION.
 */
export function explain(message: FailedMessage, options: ExplainOptions = {}): Explanation | undefined {
  checkOption("message", message, isObject);
  const { receipt, failure, trace } = message;
  checkTraced(trace, receipt);
  checkOption("options", options, isObject);
  if (receipt.exitCode === 0) return undefined;
  const actors = BuiltinActors.of(trace, options);
  return trace.call === undefined
    ? explainPreflight(message, actors, options)
    : explainCalls(
        message,
        failurePath(trace.call, backtraceOf(failure), actors, options.abi),
        actors,
        options,
      );
}

function backtraceOf(failure: ApplyFailure | undefined) {
  return failure?.kind === "backtrace" ? failure.backtrace : undefined;
}

function explainPreflight(
  { receipt: { exitCode }, failure, trace }: FailedMessage,
  actors: BuiltinActors,
  { codeOf }: ExplainOptions,
): Explanation {
  const { to, method } = trace.message;
  const code = codeOf?.(to);
  const type = code === undefined ? undefined : actors.typeOf(code);
  const call: FailedCall = {
    from: undefined,
    actor: formatAddress(to),
    type,
    method,
    methodName: actors.methodName(type, method),
    functionSignature: undefined,
    end: undefined,
    text: undefined,
  };
  const cause = preflightCause(failure?.kind === "preflight" ? failure.text : "the VM says no more");
  const name = exitCodeName(exitCode);
  const text = `${headline(trace, call, exitCode, name)} It could not begin: ${cause.text}.`;
  return { text, exitCode, exitCodeName: name, path: [call], syscall: undefined, revert: undefined, cause };
}

function explainCalls(
  { receipt, failure, trace }: FailedMessage,
  path: readonly [PathCall, ...PathCall[]],
  actors: BuiltinActors,
  { abi }: ExplainOptions,
): Explanation {
  const inner = path.at(-1) as PathCall;
  const syscall = refusedSyscall(failure);
  const revert = revertReason(path, actors, abi);
  const cause = causeOf({ receipt, trace, actors, path, inner, syscall, revert });
  const calls = path.map(({ shown }) => shown) as [FailedCall, ...FailedCall[]];
  const { exitCode } = receipt;
  const name = exitCodeName(exitCode, calls[0].type) ?? exitCodeName(exitCode, inner.shown.type);
  const sentences = [
    headline(trace, calls[0], exitCode, name),
    ...placeText(calls),
    ...saidText(inner.shown),
    ...fatalText(failure),
    ...syscallText(syscall, calls),
    ...(revert !== undefined && cause.kind !== "revert"
      ? [`The revert reason is ${revertText(revert)}.`]
      : []),
    `Likely cause: ${cause.text}.`,
  ];
  return { text: sentences.join(" "), exitCode, exitCodeName: name, path: calls, syscall, revert, cause };
}

function headline({ message }: MessageTrace, call: FailedCall, exitCode: number, name?: string): string {
  const from = `${formatAddress(message.from)} (nonce ${message.nonce})`;
  const to = `${actorText(call)}, ${methodText(call)}`;
  const code = name === undefined ? `${exitCode}` : `${exitCode} (${name})`;
  return `The message of ${from} to ${to}, failed with exit code ${code}.`;
}

/** In which of the calls it went wrong, if not in the message's own. */
function placeText(calls: readonly FailedCall[]): string[] {
  const inner = calls.at(-1);
  if (calls.length === 1 || inner === undefined) return [];
  const deep = calls.length - 1;
  const way = [
    ...calls.slice(0, SHOWN_CALLS),
    ...calls.slice(Math.max(SHOWN_CALLS, calls.length - SHOWN_CALLS)),
  ];
  const names = way.map(actorText);
  if (way.length < calls.length) names.splice(SHOWN_CALLS, 0, `${calls.length - way.length} more`);
  return [
    `It went wrong ${deep === 1 ? "in a call" : `${deep} calls deep`}: ${names.join(" → ")}, ${methodText(inner)}, ${endText(inner)}.`,
  ];
}

function endText({ end, type }: FailedCall): string {
  switch (end?.kind) {
    case "exit":
      return `which ended with exit code ${exitCodeText(end.code, type)}`;
    case "refused":
      return `which was refused with error ${errorNumberText(end.errno)}`;
    case "outOfGas":
      return "which ran out of gas";
    default:
      return "which was fatal";
  }
}

/** The VM's own texts for an actor's end, which the other sentences say better. */
const VM_TEXTS = /^(out of gas|fatal error|actor aborted|send aborted with code \d+)$/;

function saidText(call: FailedCall): string[] {
  if (call.text === undefined || call.text === "" || VM_TEXTS.test(call.text)) return [];
  return [`${actorText(call)} said ${quoted(call.text)}.`];
}

function fatalText(failure: ApplyFailure | undefined): string[] {
  const cause = backtraceOf(failure)?.cause;
  // The message is named already.
  return cause?.kind === "fatal"
    ? [`The VM said ${quoted(cause.text.replace(/^\[from=[^\]]*\]: /, ""))}.`]
    : [];
}

/** Not where the last call of the path is what was refused. */
function syscallText(syscall: RefusedSyscall | undefined, calls: readonly FailedCall[]): string[] {
  if (syscall === undefined) return [];
  const { name, errno, text } = syscall;
  const isCall = calls.at(-1)?.end?.kind === "refused" && name === "send.send";
  const what = isCall ? "It" : `The syscall ${name}`;
  return [`${what} was refused with error ${errorNumberText(errno)}: ${quoted(text)}.`];
}

function refusedSyscall(failure: ApplyFailure | undefined): RefusedSyscall | undefined {
  const cause = backtraceOf(failure)?.cause;
  if (cause?.kind !== "syscall") return undefined;
  const { module, name, errno, text } = cause;
  return { name: `${module}.${name}`, errno, errnoName: errorNumberName(errno) ?? `${errno}`, text };
}
