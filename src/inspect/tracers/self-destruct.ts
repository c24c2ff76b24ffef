import { ExitCode } from "../../message/outcome.js";
import type { CallTrace, TraceStep } from "../../vm/trace/trace.js";
import { SEND } from "./methods.js";
import { payloadOf } from "./payload.js";

/** Exit code of contracts whose SELFDESTRUCT fails, because there is nobody to send their money to. */
const SELF_DESTRUCT_FAILED = 40;

/**
 * The send by which a contract ends itself; undefined: it does not.
 *
 * SELFDESTRUCT leaves no mark in a trace but what it does: as the last thing before it returns nothing, the contract
 * sends its money, with all its gas, where every other send keeps a 64th; then it writes its state.
 * Source: builtin-actors actors/evm/src/interpreter/instructions/lifecycle.rs.
 *
 * @param gas of calls, with that of their own calls
 */
export function selfDestruction(
  contract: CallTrace,
  gas: ReadonlyMap<CallTrace, bigint>,
): CallTrace | undefined {
  const { steps, end, gasLimit } = contract;
  const at = steps.findLastIndex(({ kind }) => kind === "call");
  const step = steps[at];
  if (step?.kind !== "call" || end.kind !== "exit") return undefined;
  const { call } = step;
  if (call.method !== SEND || call.params !== undefined || call.readOnly) return undefined;
  const rest =
    1000n * BigInt(gasLimit) - steps.slice(0, at).reduce((sum, past) => sum + costOf(past, gas), 0n);
  if (128_000n * BigInt(call.gasLimit) <= 127n * rest) return undefined;
  if (end.code === SELF_DESTRUCT_FAILED) return call;
  const isSaved = steps
    .slice(at)
    .some((later) => later.kind === "stateWrite" && later.id === contract.callee?.id);
  const isEmpty = payloadOf(end.value)?.length === 0;
  return end.code === ExitCode.Ok && isSaved && isEmpty ? call : undefined;
}

/** Milligas. */
function costOf(step: TraceStep, gas: ReadonlyMap<CallTrace, bigint>): bigint {
  if (step.kind === "call") return 1000n * (gas.get(step.call) ?? 0n);
  return step.kind === "charge" ? BigInt(step.compute) + BigInt(step.other) : 0n;
}
