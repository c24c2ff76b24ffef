import { formatAddress } from "../address/text.js";
import { ERROR_TEXTS, EXIT_CODE_NAMES } from "../message/outcome.js";
import { formatFil } from "../message/token.js";
import { gasOfEach } from "../vm/trace/gas-of.js";
import type { CallEnd } from "../vm/trace/observation.js";
import type { CallTrace, MessageTrace } from "../vm/trace/trace.js";

/** A trace for people: one line for each call, indented by depth, and the lines that its actor logged. */
export function traceLines({ message, call }: MessageTrace, index: number): string[] {
  const title = `message ${index}: ${formatAddress(message.from)}, nonce ${message.nonce}`;
  if (call === undefined) return [`${title}: refused before it could begin`];
  return [title, ...callLines(call, "  ", gasOfEach(call))];
}

function callLines(call: CallTrace, indent: string, gas: ReadonlyMap<CallTrace, bigint>): string[] {
  const { from, to, method, value, readOnly, steps, end } = call;
  const parts = [
    `f0${from} → ${formatAddress(to)}`,
    `method ${method}`,
    ...(value === 0n ? [] : [`${formatFil(value)} FIL`]),
    ...(readOnly ? ["read-only"] : []),
    `${gas.get(call)?.toLocaleString("en-US")} gas`,
    endText(end),
  ];
  const below = steps.flatMap((step) => {
    if (step.kind === "call") return callLines(step.call, `${indent}  `, gas);
    return step.kind === "log" ? [`${indent}  log: ${step.text}`] : [];
  });
  return [`${indent}${parts.join(" · ")}`, ...below];
}

function endText(end: CallEnd): string {
  switch (end.kind) {
    case "exit": {
      const name = EXIT_CODE_NAMES[end.code];
      return `exit ${end.code}${name === undefined ? "" : ` (${name})`}`;
    }
    case "refused":
      return `refused: ${end.text} (${end.errno}: ${ERROR_TEXTS[end.errno]})`;
    case "outOfGas":
      return "out of gas";
    case "fatal":
      return `fatal: ${end.text}`;
  }
}
