import { formatAddress, type NetworkLetter } from "../address/text.js";
import type { AbiMatch, ContractAbi } from "../builtin/abi/index.js";
import type { ActorType } from "../builtin/actors/index.js";
import { BuiltinActors } from "../builtin/builtin-actors.js";
import { type DecodedCall, decodeCall } from "../builtin/decode-call.js";
import { type DecodedEntry, decodeEvent } from "../builtin/events.js";
import { errorNumberText, exitCodeText } from "../builtin/exit-codes.js";
import type { Decoded } from "../builtin/schema/decode.js";
import { decodedText, harmlessText } from "../builtin/values/text.js";
import { type CallByAbi, callByAbi, topicsAndData } from "../inspect/tracers/index.js";
import type { Gas } from "../message/gas.js";
import { formatFil } from "../message/token.js";
import { gasOfEach } from "../vm/trace/gas-of.js";
import type { CallEnd } from "../vm/trace/observation.js";
import type { CallTrace, MessageTrace } from "../vm/trace/trace.js";

/** Options of a trace's lines. */
export interface TraceTextOptions {
  /** Also what each call is given, emits and returns. */
  readonly params: boolean;
  /** Whether the message is an implicit one, such as a reward or cron. Default: no. */
  readonly implicit?: boolean;
  /** Contracts' ABIs: what their calls, results, logs and reverts mean. */
  readonly abi?: ContractAbi;
  /** Takes the names of ABIs in which something was found. */
  readonly usedAbis?: Set<string>;
}

const INDENT = "  ";

/** A trace for people: one line for each call, indented by depth, and the lines that its actor logged. */
export function traceLines(trace: MessageTrace, index: number, options: TraceTextOptions): string[] {
  const { message, call } = trace;
  const title = `message ${index}: ${formatAddress(message.from)}, nonce ${message.nonce}${options.implicit === true ? ", implicit" : ""}`;
  if (call === undefined) return [`${title}: refused before it could begin`];
  return [title, ...callLines(call, message.gasLimit, BuiltinActors.of(trace), options)];
}

/** A call whose steps are being shown. */
interface Visit {
  readonly call: CallTrace;
  /** Type of the receiver. */
  readonly type: ActorType | undefined;
  /** The next of its steps. */
  at: number;
}

function callLines(
  first: CallTrace,
  messageLimit: Gas,
  actors: BuiltinActors,
  options: TraceTextOptions,
): string[] {
  const gas = gasOfEach(first);
  const lines: string[] = [];
  const open: Visit[] = [];
  const begin = (call: CallTrace) => {
    const decoded = decodeCall(call, actors);
    open.push({ call, type: decoded.type, at: 0 });
    const indent = INDENT.repeat(open.length);
    const limit = open.length === 1 ? messageLimit : call.gasLimit;
    lines.push(`${indent}${callText(call, decoded, gasText(call, gas.get(call) ?? 0n, limit))}`);
    for (const line of meaningLines(call, decoded, options)) lines.push(`${indent}${INDENT}${line}`);
  };
  begin(first);
  for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
    const step = visit.call.steps[visit.at++];
    const indent = INDENT.repeat(open.length + 1);
    if (step === undefined) open.pop();
    else if (step.kind === "call") begin(step.call);
    else if (step.kind === "log") lines.push(`${indent}log: ${harmlessText(step.text)}`);
    else if (step.kind === "event") {
      const log = options.abi && topicsAndData(step.event.entries);
      const match = log && options.abi?.event(log);
      if (match !== undefined) lines.push(`${indent}logs ${matchText(match, options)}`);
      if (!options.params) continue;
      lines.push(`${indent}event: ${eventText(decodeEvent(step.event, actors, visit.type))}`);
    }
  }
  return lines;
}

/** Lines about a call, below its own. */
export function meaningLines(call: CallTrace, decoded: DecodedCall, options: TraceTextOptions): string[] {
  return [
    ...(options.params ? blockLines(decoded) : []),
    ...(options.abi === undefined ? [] : abiLines(callByAbi(call, options.abi), options)),
  ];
}

function abiLines({ call, result, revert }: CallByAbi, options: TraceTextOptions): string[] {
  return [
    ...(call === undefined ? [] : [`calls ${matchText(call, options)}`]),
    ...(result === undefined ? [] : [`returns ${argsText(result)}`]),
    ...(revert === undefined ? [] : [`reverts with ${matchText(revert, options)}`]),
  ];
}

function matchText(match: AbiMatch, { usedAbis }: TraceTextOptions): string {
  if (match.source !== undefined) usedAbis?.add(match.source);
  return `${match.signature} ${argsText(match)}`;
}

function argsText({ args }: AbiMatch): string {
  return args === undefined ? "of other data" : decodedText({ kind: "record", fields: args });
}

function callText(call: CallTrace, { type, method }: DecodedCall, gas: string): string {
  const { from, to, value, readOnly, end } = call;
  return [
    `f0${from} → ${formatAddress(to)}${type === undefined ? "" : ` (${type})`}`,
    method ?? `method ${call.method}`,
    ...(value === 0n ? [] : [`${formatFil(value)} FIL`]),
    ...(readOnly ? ["read-only"] : []),
    gas,
    endText(end, type),
  ].join(" · ");
}

/** Gas of a call. What did not fit in the limit counts in full, so it may be more than that. */
function gasText({ end }: CallTrace, gas: bigint, limit: Gas): string {
  const beyond = gas - BigInt(limit);
  const note =
    end.kind === "outOfGas" && beyond > 0n ? `, ${beyond.toLocaleString("en-US")} beyond the limit` : "";
  return `${gas.toLocaleString("en-US")} gas${note}`;
}

function blockLines({ params, returns }: DecodedCall): string[] {
  return [...blockLine("params", params), ...blockLine("returns", returns)];
}

/** Notes of what has another layout than the method's, or none that is known. */
const FORMS = { schema: "", cbor: " (DAG-CBOR)", bytes: " (bytes)" } as const;

/** Such as `returns: 7`; nothing if there is no value. */
export function blockLine(name: string, decoded: Decoded | undefined, letter?: NetworkLetter): string[] {
  if (decoded === undefined) return [];
  return [`${name}${FORMS[decoded.form]}: ${decodedText(decoded.value, letter && { letter })}`];
}

function eventText(entries: readonly DecodedEntry[]): string {
  return entries.map(({ key, value }) => `${harmlessText(key)}: ${decodedText(value.value)}`).join(", ");
}

function endText(end: CallEnd, type: ActorType | undefined): string {
  switch (end.kind) {
    case "exit":
      return `exit ${exitCodeText(end.code, type)}`;
    case "refused":
      return `refused: ${end.text}, error ${errorNumberText(end.errno)}`;
    case "outOfGas":
      return "out of gas";
    case "fatal":
      return `fatal: ${end.text}`;
  }
}
