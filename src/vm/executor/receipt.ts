import { formatAddress } from "../../address/text.js";
import type { Message } from "../../message/message.js";
import { ErrorNumber, ExitCode, OUT_OF_GAS, SyscallError } from "../../message/outcome.js";
import type { Receipt } from "../../message/receipt.js";
import { noBytes } from "../../util/bytes.js";
import type { BacktraceRecorder } from "../call-manager/backtrace.js";
import { eventsRoot } from "../call-manager/events.js";
import type { MessageScope } from "../call-manager/message-scope.js";
import type { CallError, CallOutcome } from "../call-manager/outcome.js";
import type { ApplyFailure } from "./apply-result.js";

/** The receipt of a message whose calls have ended. Source: fvm/src/executor/default.rs. */
export function receiptOf(outcome: CallOutcome, message: Message, scope: MessageScope): Receipt {
  const events = eventsRoot(scope.events);
  const gasUsed = scope.gas.gasUsed();
  if (outcome.kind === "exit") {
    const returnData = outcome.value?.data ?? noBytes();
    return { exitCode: outcome.code, returnData, gasUsed, eventsRoot: events };
  }
  const exitCode = exitCodeOf(outcome.error);
  // Fatal: all nodes take everything, however far they got.
  const isFatal = outcome.error !== OUT_OF_GAS && !(outcome.error instanceof SyscallError);
  return {
    exitCode,
    returnData: noBytes(),
    gasUsed: isFatal ? message.gasLimit : gasUsed,
    eventsRoot: events,
  };
}

/** Why the message failed; undefined if it did not, or if nothing is known. */
export function failureOf(
  outcome: CallOutcome,
  message: Message,
  epoch: number,
  { backtrace }: MessageScope,
): ApplyFailure | undefined {
  if (outcome.kind === "error") traceError(outcome.error, message, epoch, backtrace);
  else if (outcome.code === ExitCode.Ok) return undefined;
  return backtrace.isEmpty ? undefined : { kind: "backtrace", backtrace };
}

/** Errors say that the message could not be dispatched at all. */
function exitCodeOf(error: CallError): ExitCode {
  if (error === OUT_OF_GAS) return ExitCode.OutOfGas;
  if (!(error instanceof SyscallError)) return ExitCode.AssertionFailed;
  switch (error.errno) {
    case ErrorNumber.InsufficientFunds:
      return ExitCode.InsufficientFunds;
    case ErrorNumber.NotFound:
      return ExitCode.InvalidReceiver;
    default:
      return ExitCode.AssertionFailed;
  }
}

function traceError(error: CallError, message: Message, epoch: number, backtrace: BacktraceRecorder): void {
  if (error instanceof SyscallError) {
    backtrace.begin({ kind: "syscall", module: "send", name: "send", errno: error.errno, text: error.text });
  } else if ("text" in error) {
    // Not `begin`: the frames that it went through remain.
    const text = `${messageText(message, epoch)}: ${error.text}`;
    backtrace.cause = { kind: "fatal", text, cause: error.cause };
  }
}

/** Which message it was. */
function messageText({ from, to, nonce, method }: Message, epoch: number): string {
  return `[from=${formatAddress(from)}, to=${formatAddress(to)}, seq=${nonce}, m=${method}, h=${epoch}]`;
}
