import type { ContractAbi } from "../builtin/abi/index.js";
import { explain } from "../inspect/explain/explain.js";
import type { ApplyResult } from "../vm/executor/apply-result.js";
import type { MessageTrace } from "../vm/trace/trace.js";

/** Why a message failed, on one line; undefined if it did not. */
export function why(
  result: Pick<ApplyResult, "receipt" | "failure">,
  trace: MessageTrace,
  abi: ContractAbi | undefined,
): string | undefined {
  return explain({ ...result, trace }, abi && { abi })?.text;
}

/** As lines below a message's title. */
export function whyLines(...message: Parameters<typeof why>): string[] {
  const explanation = why(...message);
  return explanation === undefined ? [] : [`  ${explanation}`];
}
