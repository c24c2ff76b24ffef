import { formatAddress } from "../address/text.js";
import { exitCodeText } from "../builtin/exit-codes.js";
import type { StampedEvent } from "../message/event.js";
import { formatFil } from "../message/token.js";
import type { GasEstimate } from "../simulate/estimate.js";
import type { LotusGasEstimate } from "../simulate/lotus-estimate.js";
import type { SimulatedResult } from "../simulate/run.js";
import type { Simulation } from "../simulate/simulator.js";
import { hex } from "../util/bytes.js";
import { backtraceText } from "../vm/call-manager/backtrace.js";
import type { ApplyFailure } from "../vm/executor/apply-result.js";
import { diffText, type StateDiff } from "../vm/state-tree/state-diff.js";
import { lotusTraceText } from "../vm/trace/lotus-trace.js";
import { traceLines } from "./trace-text.js";

/** Messages for people: a line each, and what else is known of them below. */
export function simulationText({ results, changes }: Simulation): string {
  const lines = results.flatMap(resultLines);
  return [...lines, ...(changes === undefined ? [] : ["changes of the state", ...changeLines(changes)])].join(
    "\n",
  );
}

function resultLines(result: SimulatedResult, index: number): string[] {
  const { message, receipt, kind, failure, events, trace } = result;
  const { from, to, method, value } = message;
  const parts = [
    `message ${index}: ${formatAddress(from)} → ${formatAddress(to)}`,
    `method ${method}`,
    ...(value === 0n ? [] : [`${formatFil(value)} FIL`]),
    `${receipt.gasUsed.toLocaleString("en-US")} gas`,
    `exit ${exitCodeText(receipt.exitCode)}`,
  ];
  return [
    parts.join(" · "),
    ...(kind === "implicit" ? ["  on behalf of its sender, which sends no messages of its own"] : []),
    ...(receipt.returnData.length === 0 ? [] : [`  returns 0x${hex(receipt.returnData)}`]),
    ...(events.length === 0 ? [] : [`  ${events.length} events`]),
    ...failureLines(failure).map((line) => `  ${line}`),
    // Its first line is the title above.
    ...(trace === undefined ? [] : traceLines(trace, index, { params: false }).slice(1)),
  ];
}

function failureLines(failure: ApplyFailure | undefined): string[] {
  if (failure === undefined) return [];
  const text = failure.kind === "preflight" ? failure.text : backtraceText(failure.backtrace);
  return text.trimEnd().split("\n");
}

function changeLines(changes: StateDiff): string[] {
  const text = diffText(changes).trimEnd();
  return text === "" ? ["  none"] : text.split("\n").map((line) => `  ${line}`);
}

export function estimateText(
  { gasLimit, result, executions }: GasEstimate,
  lotus: LotusGasEstimate | undefined,
): string {
  const { gasUsed, exitCode } = result.receipt;
  return [
    `gas limit ${gasLimit}`,
    `  ${gasUsed} gas used, exit ${exitCodeText(exitCode)}, found in ${executions} executions`,
    ...(lotus === undefined
      ? []
      : [`Lotus: gas limit ${lotus.gasLimit}, eth_estimateGas ${lotus.ethGasLimit}`]),
  ].join("\n");
}

/** One JSON object. Traces, which may be deeper than `JSON.stringify` goes, are put in as text. */
export function simulationJson({ results, changes }: Simulation): string {
  const messages = results.map((result) => {
    const text = JSON.stringify(resultJson(result), exact);
    return result.trace === undefined
      ? text
      : `${text.slice(0, -1)},"trace":${lotusTraceText(result.trace)}}`;
  });
  const changed = changes === undefined ? "" : `,"changes":${JSON.stringify(changesJson(changes), exact)}`;
  return `{"messages":[${messages.join(",")}]${changed}}`;
}

export function estimateJson(
  { gasLimit, executions, result }: GasEstimate,
  lotus: LotusGasEstimate | undefined,
): string {
  return JSON.stringify({ gasLimit, executions, result: resultJson(result), lotus }, exact);
}

/** Integers beyond 2^53, and amounts, as decimal text. */
function exact(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function resultJson({ message, kind, receipt, failure, events, changes, ...result }: SimulatedResult) {
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
    changes: changes === undefined ? undefined : changesJson(changes),
  };
}

function eventJson({ emitter, entries }: StampedEvent) {
  return {
    emitter: `f0${emitter}`,
    entries: entries.map(({ flags, key, codec, value }) => ({ flags, key, codec, value: `0x${hex(value)}` })),
  };
}

/** Lines, each an actor's field and what it is now, as people read them. */
function changesJson(changes: StateDiff): string[] {
  return diffText(changes)
    .split("\n")
    .filter((line) => line !== "");
}
