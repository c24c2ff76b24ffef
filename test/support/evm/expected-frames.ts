/** Ethereum's frames with what is different on Filecoin: see the table in docs/ethereum-tracers.md. */
import type { CallFrame, FlatCall } from "../../../src/inspect/tracers/index.js";
import type { EthereumCall, EthereumLog } from "./ethereum-frames.js";

/** A frame without gas, and logs without their index. */
export interface ComparedFrame {
  readonly [field: string]: unknown;
  readonly calls: readonly ComparedFrame[];
  readonly logs: readonly object[];
}

/** Errors of which the exit code tells less. */
const LESS_TELLING: readonly (readonly [geth: RegExp, ours: string])[] = [
  [/^invalid opcode: opcode 0x[0-9a-f]+ not defined$/, "invalid opcode"],
  [/^invalid code: must not begin with 0xef$/, "actor error: ErrIllegalArgument(16)"],
  [/^max code size exceeded$/, "actor error: ErrIllegalArgument(16)"],
];

/** Expected answer of `callTracer`, gas apart. */
export function expectedFrame(call: EthereumCall, isReadOnly = false): ComparedFrame {
  const { isSilent: _, calls, logs, value, type, error, ...rest } = call;
  const isInherited = isReadOnly && type === "CALL";
  const isStatic = type === "STATICCALL" || isInherited;
  return {
    ...rest,
    type: isInherited ? "STATICCALL" : type,
    ...(error !== undefined && { error: errorOf(error) }),
    ...(value !== undefined && !isStatic && { value }),
    calls: calls
      .filter(({ isSilent }) => !isSilent)
      .map((below) => expectedFrame(below, isReadOnly || isStatic)),
    logs: logs.map((log) => ({ ...log, position: positionOf(log, calls) })),
  };
}

function errorOf(geth: string): string {
  return LESS_TELLING.find(([pattern]) => pattern.test(geth))?.[1] ?? geth;
}

/** Calls that are not seen do not count. */
function positionOf({ position }: EthereumLog, calls: readonly EthereumCall[]): string {
  const before = calls.slice(0, Number(position)).filter(({ isSilent }) => !isSilent);
  return `0x${before.length.toString(16)}`;
}

export function comparedFrame(frame: CallFrame): ComparedFrame {
  const { gas, gasUsed, calls = [], logs = [], ...rest } = frame;
  return {
    ...rest,
    calls: calls.map(comparedFrame),
    logs: logs.map(({ index, ...log }) => log),
  };
}

/** Expected answer of `flatCallTracer`, gas apart, about the frames that `callTracer` shows. */
export function expectedFlat(frame: ComparedFrame, traceAddress: readonly number[] = []): object[] {
  const { type, from, to, input, output = "0x", value = "0x0", error, calls } = frame;
  const isLost = error !== undefined && error !== "execution reverted";
  const kind = String(type).toLowerCase();
  const entries: Readonly<Record<string, object>> = {
    selfdestruct: { type: "suicide", action: { address: from, refundAddress: to, balance: value } },
    create: {
      type: "create",
      action: { creationMethod: kind, from, init: input, value },
      ...(!isLost && { result: { ...(to !== undefined && { address: to }), code: output } }),
    },
    call: {
      type: "call",
      action: { callType: kind, from, to, input, value },
      ...(!isLost && { result: { output } }),
    },
  };
  const entry = entries[kind] ?? entries[kind.startsWith("create") ? "create" : "call"];
  const own = { ...entry, ...(error !== undefined && { error }), subtraces: calls.length, traceAddress };
  return [own, ...calls.flatMap((below, i) => expectedFlat(below, [...traceAddress, i]))];
}

export function comparedFlat(entry: FlatCall): object {
  const { blockHash, blockNumber, transactionHash, transactionPosition, action, result, ...rest } = entry;
  const { gas, ...asked } = action;
  const { gasUsed, ...given } = result ?? {};
  return { ...rest, action: asked, ...(result !== undefined && { result: given }) };
}

/** Expected answer of `4byteTracer`. */
export function expectedCounts(frame: ComparedFrame, counts: Record<string, number> = {}): object {
  const { type, input } = frame;
  const text = String(input);
  if (text.length >= 10 && String(type).endsWith("CALL")) {
    const key = `${text.slice(0, 10)}-${(text.length - 10) / 2}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  for (const below of frame.calls) expectedCounts(below, counts);
  return counts;
}
