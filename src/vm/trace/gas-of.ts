import type { CallTrace } from "./trace.js";

/** Gas of a call and of its own calls, rounded up; a charge that did not fit counts in full. */
export function gasOf(call: CallTrace): bigint {
  const milligas = milligasOf(call);
  return milligas > 0n ? (milligas + 999n) / 1000n : 0n;
}

function milligasOf({ steps }: CallTrace): bigint {
  let sum = 0n;
  for (const step of steps) {
    if (step.kind === "call") sum += milligasOf(step.call);
    else if (step.kind === "charge") sum += BigInt(step.compute) + BigInt(step.other);
  }
  return sum;
}
