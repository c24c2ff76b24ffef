import { foldCalls } from "./fold-calls.js";
import type { CallTrace } from "./trace.js";

/** Gas of a call and of its own calls, rounded up; a charge that did not fit counts in full. */
export function gasOf(call: CallTrace): bigint {
  return gasOfEach(call).get(call) as bigint;
}

/** As `gasOf`, of a call and of all that are nested in it. */
export function gasOfEach(root: CallTrace): ReadonlyMap<CallTrace, bigint> {
  const gas = new Map<CallTrace, bigint>();
  foldCalls<bigint>(root, (call, below) => {
    const milligas = below.reduce((sum, part) => sum + part, ownOf(call));
    gas.set(call, milligas > 0n ? (milligas + 999n) / 1000n : 0n);
    return milligas;
  });
  return gas;
}

function ownOf({ steps }: CallTrace): bigint {
  let sum = 0n;
  for (const step of steps) {
    if (step.kind === "charge") sum += BigInt(step.compute) + BigInt(step.other);
  }
  return sum;
}
