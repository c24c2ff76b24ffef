import type { EthAddress } from "../../builtin/evm/index.js";
import { lotusTotalGas } from "../../vm/trace/lotus-trace.js";
import type { CallTrace, MessageTrace } from "../../vm/trace/trace.js";
import { ethereumTrace, type TraceContext } from "./ethereum-trace.js";
import { lotusError } from "./exit-texts.js";
import type { EthFrame } from "./frame.js";
import { type Hex, hexOf, quantity } from "./hex.js";

/** A call or a creation, as Lotus's `trace_block` and the like list them, without the block's fields. */
export type ParityTrace = ParityCall | ParityCreate;

/** Fields that calls and creations share. */
export interface ParityEntry {
  /** Why it failed, such as `Reverted`; absent if it did not. */
  readonly error?: string;
  /** How many calls it made, as far as they are listed. */
  readonly subtraces: number;
  /** Its place among the calls of the message: of each call on the way to it, the place among its siblings. */
  readonly traceAddress: readonly number[];
}

/** A call. Its result is there even if it failed. */
export interface ParityCall extends ParityEntry {
  readonly type: "call";
  readonly action: {
    readonly callType: "call" | "staticcall" | "delegatecall";
    readonly from: EthAddress;
    readonly to: EthAddress;
    /** Gas that it was allowed and had. */
    readonly gas: Hex;
    /** attoFIL. */
    readonly value: Hex;
    readonly input: Hex;
  };
  /** `gasUsed`: of the call itself, without the calls in it. */
  readonly result: { readonly gasUsed: Hex; readonly output: Hex };
}

/** A creation. Its result is there even if it failed. */
export interface ParityCreate extends ParityEntry {
  readonly type: "create";
  readonly action: { readonly from: EthAddress; readonly gas: Hex; readonly value: Hex; readonly init: Hex };
  /** `address`: absent if it failed. `code`: `0xfe` in place of the contract's code, or the data of a revert. */
  readonly result: { readonly address?: EthAddress; readonly gasUsed: Hex; readonly code: Hex };
}

/**
 * A message as Lotus shows it in `trace_block`, `trace_transaction` and `trace_replayBlockTransactions`; nothing if it
 * reached no actor. Throws `FvmError` INVALID_TRACE. Source: Lotus node/impl/eth/trace.go.
 */
export function parityTrace(trace: MessageTrace, context: TraceContext = {}): ParityTrace[] {
  const { top } = ethereumTrace(trace, context);
  const list: ParityTrace[] = [];
  const open: { readonly frame: EthFrame; readonly address: readonly number[] }[] = [];
  if (top !== undefined && !top.isUnseen) open.push({ frame: top, address: [] });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { frame, address } = next;
    const calls = frame.lotusOutput === undefined ? frame.calls : [];
    const below = calls.filter(({ isUnseen }) => !isUnseen);
    list.push(entryOf(frame, address, below.length));
    for (let i = below.length - 1; i >= 0; i--) {
      open.push({ frame: below[i] as EthFrame, address: [...address, i] });
    }
  }
  return list;
}

/** Return data of a message by `trace_replayBlockTransactions`. */
export function parityOutput(list: readonly ParityTrace[]): Hex {
  const [first] = list;
  if (first === undefined) return "0x";
  return first.type === "call" ? first.result.output : first.result.code;
}

function entryOf(frame: EthFrame, traceAddress: readonly number[], subtraces: number): ParityTrace {
  const error = lotusError(frame);
  const place = { ...(error !== undefined && { error }), subtraces, traceAddress };
  const { from, to, call, input, lotusOutput: output = frame.output } = frame;
  const paid = { gas: quantity(call.gasLimit), value: quantity(call.value) };
  const gasUsed = ownGas(call);
  if (frame.type === "CREATE" || frame.type === "CREATE2") {
    const address = to !== undefined && { address: to };
    const action = { from, ...paid, init: hexOf(input) };
    return { type: "create", ...place, action, result: { ...address, gasUsed, code: hexOf(output) } };
  }
  const callType = frame.type.toLowerCase() as ParityCall["action"]["callType"];
  const action = { callType, from, to: to as EthAddress, ...paid, input: hexOf(input) };
  return { type: "call", ...place, action, result: { gasUsed, output: hexOf(output) } };
}

/** As Lotus adds it up: each charge is rounded up to gas. */
function ownGas({ steps }: CallTrace): Hex {
  let sum = 0n;
  for (const step of steps) if (step.kind === "charge") sum += BigInt(lotusTotalGas(step));
  return quantity(sum);
}
