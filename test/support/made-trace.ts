/** Traces that no machine has made: of any size, with any texts. */
import { idAddress } from "../../src/address/address.js";
import { parseCid } from "../../src/encoding/cid.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import type { CallTrace, MessageTrace, TraceStep } from "../../src/vm/trace/trace.js";

const CODE = parseCid("bafk2bzacea57ib7fosqleehx5z6uvockk3xk5wqycmge5m4rfq4ptr7xrkfsi");

/** A call of f0100 to f0101, which exists, that ends well. */
export function madeCall(steps: readonly TraceStep[], fields: Partial<CallTrace> = {}): CallTrace {
  return {
    from: 100,
    to: idAddress(101),
    method: 2,
    value: 0n,
    params: undefined,
    gasLimit: 1_000_000,
    readOnly: false,
    callee: {
      id: 101,
      state: { code: CODE, state: CODE, nonce: 0, balance: 0n, delegatedAddress: undefined },
      isConstructor: false,
    },
    steps,
    end: { kind: "exit", code: 0, value: undefined },
    ...fields,
  };
}

/** Milligas. */
export function madeCharge(name: string, compute: number | bigint, other: number | bigint = 0): TraceStep {
  return { kind: "charge", name, compute, other };
}

export function madeTrace(call: CallTrace | undefined): MessageTrace {
  const message = {
    version: 0,
    from: idAddress(100),
    to: idAddress(101),
    nonce: 0,
    value: 0n,
    gasLimit: 10_000_000_000,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: 2,
    params: new Uint8Array(),
  };
  return { networkVersion: 28, epoch: 1, builtins: [["evm", CODE]], message, call };
}

export function madeResult(gasUsed: number | bigint, exitCode = 0): ApplyResult {
  return {
    receipt: { exitCode, returnData: new Uint8Array(), gasUsed, eventsRoot: undefined },
    penalty: 0n,
    minerTip: 0n,
    baseFeeBurn: 0n,
    overEstimationBurn: 0n,
    refund: 0n,
    gasRefund: 0,
    gasBurned: 0,
    failure: undefined,
    events: [],
    invocations: 0,
    returnCodec: undefined,
    changes: undefined,
  };
}

/** A call with so many calls below, each with so many charges of a gas each, and as many of its own. */
export function wideCall(calls: number, charges: number): CallTrace {
  const spend = (call: number) =>
    Array.from({ length: charges }, (_, i) => madeCharge(`charge ${(call + i) % 40}`, 1000));
  const steps: TraceStep[] = [...spend(0)];
  for (let i = 1; i <= calls; i++) steps.push({ kind: "call", call: madeCall(spend(i), { method: i }) });
  return madeCall(steps);
}

/** Calls within calls, each with a charge of a gas. */
export function deepCall(depth: number): CallTrace {
  let call = madeCall([madeCharge("charge", 1000)]);
  for (let i = 1; i < depth; i++) call = madeCall([madeCharge("charge", 1000), { kind: "call", call }]);
  return call;
}
