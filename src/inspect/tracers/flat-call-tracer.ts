import type { EthAddress } from "../../builtin/evm/index.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { type CallFrame, callTracer } from "./call-tracer.js";
import type { TraceContext } from "./ethereum-trace.js";
import { EXECUTION_REVERTED } from "./geth-errors.js";
import type { Hex } from "./hex.js";

/** Options of `flatCallTracer`, by Geth's names. Calls of precompiles are never listed. */
export interface FlatCallTracerConfig {
  /** Errors in Parity's words. */
  readonly convertParityErrors?: boolean;
}

/** Where a message is in its chain, as `flatCallTracer` repeats it in each entry. */
export interface TransactionPlace {
  readonly blockHash: Hex | null;
  readonly blockNumber: number;
  readonly transactionHash: Hex | null;
  readonly transactionPosition: number;
}

/** An entry of Geth's `flatCallTracer`. `suicide` is what Parity calls SELFDESTRUCT. */
export interface FlatCall extends TransactionPlace {
  readonly type: "call" | "create" | "suicide";
  readonly subtraces: number;
  readonly traceAddress: readonly number[];
  readonly error?: string;
  readonly action: FlatAction;
  /** Absent if the call failed in another way than by a revert. */
  readonly result?: FlatResult;
}

/** The call, creation or end of a contract; its fields depend on the type of the entry. */
export interface FlatAction {
  readonly callType?: "call" | "staticcall" | "delegatecall";
  readonly creationMethod?: "create" | "create2";
  readonly from?: EthAddress;
  readonly to?: EthAddress;
  readonly gas?: Hex;
  /** attoFIL. */
  readonly value?: Hex;
  readonly input?: Hex;
  readonly init?: Hex;
  /** The contract that ended. */
  readonly address?: EthAddress;
  readonly refundAddress?: EthAddress;
  /** attoFIL. */
  readonly balance?: Hex;
}

/** The outcome. `gasUsed` includes that of the calls in it. */
export interface FlatResult {
  readonly gasUsed?: Hex;
  readonly output?: Hex;
  readonly address?: EthAddress;
  readonly code?: Hex;
}

/** Source: go-ethereum eth/tracers/native/call_flat.go. */
const PARITY_ERRORS: Readonly<Record<string, string>> = {
  "out of gas": "Out of gas",
  "invalid jump destination": "Bad jump destination",
  [EXECUTION_REVERTED]: "Reverted",
  "stack limit reached 1024 (1023)": "Out of stack",
  "stack underflow": "Stack underflow",
  "invalid opcode: INVALID": "Bad instruction",
  "invalid opcode": "Bad instruction",
};

/**
 * A message as Geth's `flatCallTracer` lists it: the frames of `callTracer`, each with its place among them; nothing if
 * it failed before it called anybody. Throws `FvmError` INVALID_TRACE.
 *
 * @param place default: of a message that is in no block
 */
export function flatCallTracer(
  trace: MessageTrace,
  config: FlatCallTracerConfig = {},
  context: TraceContext = {},
  place?: TransactionPlace,
): FlatCall[] {
  const { epoch: blockNumber } = trace;
  const known = place ?? { blockHash: null, blockNumber, transactionHash: null, transactionPosition: 0 };
  const list: FlatCall[] = [];
  const top = callTracer(trace, {}, context);
  const open = top === undefined ? [] : [{ frame: top, traceAddress: [] as readonly number[] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { frame, traceAddress } = next;
    const calls = frame.calls ?? [];
    list.push({ ...entryOf(frame, config), subtraces: calls.length, traceAddress, ...known });
    for (let i = calls.length - 1; i >= 0; i--) {
      open.push({ frame: calls[i] as CallFrame, traceAddress: [...traceAddress, i] });
    }
  }
  return list;
}

type Entry = Pick<FlatCall, "type" | "action" | "result" | "error">;

function entryOf(frame: CallFrame, { convertParityErrors }: FlatCallTracerConfig): Entry {
  const { error } = frame;
  const text = error !== undefined && convertParityErrors ? (PARITY_ERRORS[error] ?? error) : error;
  const { result, ...facts } = factsOf(frame);
  const hasResult = result !== undefined && (error === undefined || error === EXECUTION_REVERTED);
  return { ...facts, ...(text !== undefined && { error: text }), ...(hasResult && { result }) };
}

function factsOf(frame: CallFrame): Entry {
  const { type, from, to, gas, gasUsed, input, output = "0x", value = "0x0" } = frame;
  if (type === "SELFDESTRUCT") {
    return { type: "suicide", action: { address: from, refundAddress: to as EthAddress, balance: value } };
  }
  if (type === "CREATE" || type === "CREATE2") {
    const creationMethod = type.toLowerCase() as "create" | "create2";
    return {
      type: "create",
      action: { creationMethod, from, gas, value, init: input },
      result: { gasUsed, ...(to !== undefined && { address: to }), code: output },
    };
  }
  const callType = type.toLowerCase() as "call" | "staticcall" | "delegatecall";
  return {
    type: "call",
    action: { callType, from, to: to as EthAddress, gas, value, input },
    result: { gasUsed, output },
  };
}
