import { foldCalls } from "./fold-calls.js";
import type { CallTrace } from "./trace.js";

/** Gas of a call and of its own calls, rounded up; a charge that did not fit counts in full. */
export function gasOf(call: CallTrace): bigint {
  const milligas = foldCalls<bigint>(call, (one, below) =>
    below.reduce((sum, part) => sum + part, ownOf(one)),
  );
  return milligas > 0n ? (milligas + 999n) / 1000n : 0n;
}

function ownOf({ steps }: CallTrace): bigint {
  let sum = 0n;
  for (const step of steps) {
    if (step.kind === "charge") sum += BigInt(step.compute) + BigInt(step.other);
  }
  return sum;
}
