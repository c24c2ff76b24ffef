import type { CallTrace } from "./trace.js";

interface Visit<T> {
  readonly call: CallTrace;
  /** The next of its steps. */
  at: number;
  /** Results of its own calls. */
  readonly below: T[];
}

/**
 * Makes something of a call, given what was made of its own calls, in order. Without recursion, because calls may
 * be nested some thousand deep.
 */
export function foldCalls<T>(root: CallTrace, make: (call: CallTrace, below: readonly T[]) => T): T {
  const open: Visit<T>[] = [{ call: root, at: 0, below: [] }];
  for (;;) {
    const visit = open.at(-1) as Visit<T>;
    const step = visit.call.steps[visit.at++];
    if (step?.kind === "call") {
      open.push({ call: step.call, at: 0, below: [] });
    } else if (step === undefined) {
      const made = make(visit.call, visit.below);
      open.pop();
      const above = open.at(-1);
      if (above === undefined) return made;
      above.below.push(made);
    }
  }
}
