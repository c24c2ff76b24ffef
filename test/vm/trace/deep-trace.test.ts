import { expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { gasOf } from "../../../src/vm/trace/gas-of.js";
import { traceJson } from "../../../src/vm/trace/json-trace.js";
import { lotusTraceText } from "../../../src/vm/trace/lotus-trace.js";
import type { CallTrace } from "../../../src/vm/trace/trace.js";

/** The deepest that a network of one's own may have. */
const DEPTH = 4096;

test("calls may be nested as deep as a network allows", () => {
  let call: CallTrace | undefined;
  for (let depth = 0; depth < DEPTH; depth++) {
    const charge = { kind: "charge", name: "OnSyscall", compute: 1500, other: 0 } as const;
    call = {
      from: 100,
      to: idAddress(101),
      method: 2,
      value: 0n,
      params: undefined,
      gasLimit: 1,
      readOnly: false,
      callee: undefined,
      steps: [charge, ...(call === undefined ? [] : [{ kind: "call", call } as const])],
      end: { kind: "outOfGas" },
    };
  }
  const message = {
    version: 0,
    from: idAddress(100),
    to: idAddress(101),
    nonce: 0,
    value: 0n,
    gasLimit: 1,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: 2,
    params: new Uint8Array(),
  };
  const trace = { networkVersion: 28, epoch: 1, builtins: [], message, call };
  expect(traceJson(trace).match(/"steps":\[/g)).toHaveLength(DEPTH);
  const text = lotusTraceText(trace);
  expect(text.match(/"Subcalls":\[/g)).toHaveLength(DEPTH - 1);
  expect(call && gasOf(call)).toBe((BigInt(DEPTH) * 1500n) / 1000n);
});
