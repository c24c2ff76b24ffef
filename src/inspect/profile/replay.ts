import type { Milligas } from "../../message/gas.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import { INCLUSION_CHARGES } from "./categories.js";

/** Is told what happened to a message's gas, in order. */
export interface GasVisitor {
  call(call: CallTrace): void;
  charge(name: string, compute: Milligas, other: Milligas): void;
  return(call: CallTrace): void;
}

/** Tells of a message's calls in the order in which things happened. Without recursion. */
export function replay(first: CallTrace, visitor: GasVisitor): void {
  // The message pays for its inclusion before it has a call.
  const [inclusion] = first.steps;
  const isPaid = inclusion?.kind === "charge" && INCLUSION_CHARGES.has(inclusion.name);
  if (isPaid) visitor.charge(inclusion.name, inclusion.compute, inclusion.other);
  const open = [{ call: first, at: isPaid ? 1 : 0 }];
  visitor.call(first);
  for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
    const step = visit.call.steps[visit.at++];
    if (step === undefined) {
      visitor.return(visit.call);
      open.pop();
    } else if (step.kind === "call") {
      visitor.call(step.call);
      open.push({ call: step.call, at: 0 });
    } else if (step.kind === "charge") {
      visitor.charge(step.name, step.compute, step.other);
    }
  }
}
