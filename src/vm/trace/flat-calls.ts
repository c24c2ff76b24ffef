import type { CallTrace, TraceStep } from "./trace.js";

/** A call in a list of calls, whose own calls are there by their number. */
export interface FlatCall extends Omit<CallTrace, "steps"> {
  readonly steps: readonly (
    | Exclude<TraceStep, { kind: "call" }>
    | { readonly kind: "call"; readonly number: number }
  )[];
}

/** All calls of a tree, each before its own ones: no structured clone nests as deep as calls do. */
export function flatCalls(root: CallTrace): FlatCall[] {
  const calls = [root];
  const flat: FlatCall[] = [];
  // The list grows meanwhile.
  for (const call of calls) {
    const steps = call.steps.map((step) =>
      step.kind === "call" ? { kind: step.kind, number: calls.push(step.call) - 1 } : step,
    );
    flat.push({ ...call, steps });
  }
  return flat;
}

/** The tree that a list of calls was made of. */
export function callTree(flat: readonly FlatCall[]): CallTrace {
  const calls: CallTrace[] = [];
  for (let number = flat.length - 1; number >= 0; number--) {
    const call = flat[number] as FlatCall;
    const steps = call.steps.map(
      (step): TraceStep =>
        step.kind === "call" ? { kind: step.kind, call: calls[step.number] as CallTrace } : step,
    );
    calls[number] = { ...call, steps };
  }
  return calls[0] as CallTrace;
}
