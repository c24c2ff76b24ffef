import { expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { callTree, flatCalls } from "../../../src/vm/trace/flat-calls.js";
import type { CallTrace, TraceStep } from "../../../src/vm/trace/trace.js";

function callOf(method: number, calls: readonly CallTrace[]): CallTrace {
  const charge = { kind: "charge", name: `before ${method}`, compute: 1, other: 2 } as const;
  const steps = calls.flatMap((call): TraceStep[] => [charge, { kind: "call", call }]);
  return {
    ...{ from: 100, to: idAddress(101), method, value: 0n, params: undefined, gasLimit: 1, readOnly: false },
    ...{
      callee: undefined,
      steps: [...steps, charge],
      end: { kind: "exit", code: 0, value: undefined } as const,
    },
  };
}

test("a tree with branches: each call before its own ones", () => {
  const tree = callOf(1, [callOf(2, [callOf(4, [])]), callOf(3, [callOf(5, []), callOf(6, [])])]);
  const flat = flatCalls(tree);
  expect(flat.map(({ method }) => method)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(callTree(structuredClone(flat))).toEqual(tree);
});

test("five thousand calls within each other can be cloned", () => {
  let tree = callOf(0, []);
  for (let depth = 1; depth < 5000; depth++) tree = callOf(depth, [tree]);
  const again = callTree(structuredClone(flatCalls(tree)));
  expect(flatCalls(again)).toEqual(flatCalls(tree));
});
