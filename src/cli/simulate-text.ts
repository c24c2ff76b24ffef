import { formatAddress } from "../address/text.js";
import type { ContractAbi } from "../builtin/abi/index.js";
import { BuiltinActors } from "../builtin/builtin-actors.js";
import { type DecodedCall, decodeCall } from "../builtin/decode-call.js";
import { exitCodeText } from "../builtin/exit-codes.js";
import { comparisonJson, comparisonText, type Marks, type StateComparison } from "../inspect/state/index.js";
import type { StampedEvent } from "../message/event.js";
import { formatFil } from "../message/token.js";
import type { GasEstimate } from "../simulate/estimate.js";
import type { LotusGasEstimate } from "../simulate/lotus-estimate.js";
import type { SimulatedResult } from "../simulate/run.js";
import { hex } from "../util/bytes.js";
import { backtraceText } from "../vm/call-manager/backtrace.js";
import type { ApplyFailure } from "../vm/executor/apply-result.js";
import { lotusTraceText } from "../vm/trace/lotus-trace.js";
import type { MessageTrace } from "../vm/trace/trace.js";
import { blockLine, meaningLines, type TraceTextOptions, traceLines } from "./trace-text.js";
import { why, whyLines } from "./why.js";

/** How simulations are shown. */
export interface SimulationView extends TraceTextOptions {
  /** Whether each call is shown. */
  readonly trace: boolean;
  /** Number of the first message. */
  readonly firstIndex: number;
  /** Changes by all messages, if they are asked for. */
  readonly comparison: StateComparison | undefined;
  /** For terminals. Default: none. */
  readonly marks?: Marks;
}

/** A message with its trace. */
export type TracedMessage = SimulatedResult & { readonly trace: MessageTrace };

/** Messages for people: a line each, and what else is known of them below. */
export function simulationText(results: readonly TracedMessage[], view: SimulationView): string {
  const { comparison, firstIndex, marks } = view;
  const lines = results.flatMap((result, i) => resultLines(result, firstIndex + i, view));
  const changes = comparison === undefined ? [] : ["changes of the state", ...changeLines(comparison, marks)];
  return [...lines, ...changes].join("\n");
}

function resultLines(result: TracedMessage, index: number, view: SimulationView): string[] {
  const { message, receipt, kind, events, trace } = result;
  const { from, to, method, value } = message;
  const actors = BuiltinActors.of(trace);
  const decoded = trace.call === undefined ? undefined : decodeCall(trace.call, actors);
  const type = decoded?.type;
  const parts = [
    `message ${index}: ${formatAddress(from)} → ${formatAddress(to)}${type === undefined ? "" : ` (${type})`}`,
    actors.methodName(type, method) ?? `method ${method}`,
    ...(value === 0n ? [] : [`${formatFil(value)} FIL`]),
    `${receipt.gasUsed.toLocaleString("en-US")} gas`,
    `exit ${exitCodeText(receipt.exitCode, type)}`,
  ];
  return [
    parts.join(" · "),
    ...(kind === "implicit" ? ["  on behalf of its sender, which sends no messages of its own"] : []),
    ...(decoded === undefined ? [] : ownLines(trace, decoded, view).map((line) => `  ${line}`)),
    ...(events.length === 0 ? [] : [`  ${events.length} ${events.length === 1 ? "event" : "events"}`]),
    // Its first line is the title above.
    ...(view.trace ? traceLines(trace, index, view).slice(1) : []),
    ...whyLines(result, trace, view.abi),
  ];
}

/** Parameters and return value of the message's own call that the lines of the trace do not show. */
function ownLines({ call }: MessageTrace, decoded: DecodedCall, view: SimulationView): string[] {
  if (call === undefined || (view.trace && view.params)) return [];
  return [
    ...(view.params ? [] : blockLine("returns", decoded.returns)),
    ...(view.trace ? [] : meaningLines(call, decoded, view)),
  ];
}

function failureLines(failure: ApplyFailure | undefined): string[] {
  if (failure === undefined) return [];
  const text = failure.kind === "preflight" ? failure.text : backtraceText(failure.backtrace);
  return text.trimEnd().split("\n");
}

function changeLines(changes: StateComparison, marks: Marks | undefined): string[] {
  const text = comparisonText(changes, marks && { marks }).trimEnd();
  return text === "" ? ["  none"] : text.split("\n").map((line) => `  ${line}`);
}

/** @param failed the message with the estimate's limit, traced, if it fails */
export function estimateText(
  { gasLimit, result, executions }: GasEstimate,
  lotus: LotusGasEstimate | undefined,
  failed: TracedMessage | undefined,
  abi: ContractAbi | undefined,
): string {
  const { gasUsed, exitCode } = result.receipt;
  const end =
    failed === undefined
      ? `exit ${exitCodeText(exitCode)}`
      : `with this limit it fails the same way: exit ${exitCodeText(exitCode, typeOf(failed))}`;
  return [
    `gas limit ${gasLimit}`,
    `  ${gasUsed} gas used, ${end}, found in ${executions} executions`,
    ...(failed === undefined ? [] : whyLines(failed, failed.trace, abi)),
    ...(lotus === undefined
      ? []
      : [`Lotus: gas limit ${lotus.gasLimit}, eth_estimateGas ${lotus.ethGasLimit}`]),
  ].join("\n");
}

function typeOf({ trace }: TracedMessage) {
  return trace.call && decodeCall(trace.call, BuiltinActors.of(trace)).type;
}

/** One JSON object. Traces, which may be deeper than `JSON.stringify` goes, are put in as text. */
export function simulationJson(
  results: readonly TracedMessage[],
  { trace: hasTrace, firstIndex, comparison, abi }: SimulationView,
): string {
  const messages = results.map((result, i) => {
    const { trace } = result;
    const about = { index: firstIndex + i, ...resultJson(result), explanation: why(result, trace, abi) };
    const text = JSON.stringify(about, exact);
    return hasTrace ? `${text.slice(0, -1)},"trace":${lotusTraceText(trace)}}` : text;
  });
  const changed = comparison === undefined ? "" : `,"changes":${JSON.stringify(comparisonJson(comparison))}`;
  return `{"messages":[${messages.join(",")}]${changed}}`;
}

/** @param failed as of `estimateText` */
export function estimateJson(
  { gasLimit, executions, result }: GasEstimate,
  lotus: LotusGasEstimate | undefined,
  failed: TracedMessage | undefined,
  abi: ContractAbi | undefined,
): string {
  const explanation = failed && why(failed, failed.trace, abi);
  return JSON.stringify({ gasLimit, executions, result: resultJson(result), explanation, lotus }, exact);
}

/** Integers beyond 2^53, and amounts, as decimal text. */
function exact(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function resultJson({ message, kind, receipt, failure, events, ...result }: SimulatedResult) {
  const { exitCode, returnData, gasUsed } = receipt;
  const { penalty, minerTip, baseFeeBurn, overEstimationBurn, refund } = result;
  return {
    from: formatAddress(message.from),
    to: formatAddress(message.to),
    nonce: message.nonce,
    value: message.value,
    method: message.method,
    gasLimit: message.gasLimit,
    kind,
    exitCode,
    returnData: `0x${hex(returnData)}`,
    gasUsed,
    events: events.map(eventJson),
    fees: { penalty, minerTip, baseFeeBurn, overEstimationBurn, refund },
    failure: failure === undefined ? undefined : failureLines(failure),
  };
}

function eventJson({ emitter, entries }: StampedEvent) {
  return {
    emitter: `f0${emitter}`,
    entries: entries.map(({ flags, key, codec, value }) => ({ flags, key, codec, value: `0x${hex(value)}` })),
  };
}
