import { ExitCode } from "../../message/outcome.js";
import { backtraceText } from "../../vm/call-manager/backtrace.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";

/**
 * Why a message failed, in Lotus's words; empty: it did not. Source: Lotus chain/vm/fvm.go, `buildApplyRet`;
 * chain/actors/aerrors/error.go.
 */
export function failureText({
  receipt: { exitCode },
  failure,
}: Pick<ApplyResult, "receipt" | "failure">): string {
  if (exitCode === ExitCode.Ok) return "";
  return `${reasonOf(failure)} (RetCode=${exitCode})`;
}

/** Source: filecoin-ffi rust/src/fvm/machine.rs, `fil_fvm_machine_execute_message`. */
function reasonOf(failure: ApplyResult["failure"]): string {
  if (failure === undefined) return "unknown error";
  if (failure.kind === "preflight") return `pre-validation failed: ${failure.text}\n`;
  return `message failed with backtrace:\n${backtraceText(failure.backtrace)}`;
}
