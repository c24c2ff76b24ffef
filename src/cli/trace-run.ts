import type { Blockstore } from "../blockstore/blocks.js";
import type { ContractAbi } from "../builtin/abi/index.js";
import { cidText } from "../encoding/cid.js";
import { type DecodedByAbi, decodedCall, decodedLog } from "../inspect/tracers/index.js";
import type { Receipt } from "../message/receipt.js";
import { withMethodNames } from "../runtimes/method-names.js";
import { hex } from "../util/bytes.js";
import type { ApplyKind, ApplyResult } from "../vm/executor/apply-result.js";
import type { Machine } from "../vm/machine/machine.js";
import { type TraceJsonOptions, traceJson } from "../vm/trace/json-trace.js";
import { lotusTraceText } from "../vm/trace/lotus-trace.js";
import type { Observation } from "../vm/trace/observation.js";
import { type MessageTrace, Tracer } from "../vm/trace/trace.js";
import type { Output } from "./command.js";
import { type RunValues, runInput, type Setting } from "./input/run.js";
import { noteUnused, readAbis } from "./read-abi.js";
import { traceLines } from "./trace-text.js";
import { why, whyLines } from "./why.js";

interface TraceValues extends RunValues {
  readonly form: "text" | "lotus" | "json";
  /** Whether the text shows what calls are given and return. */
  readonly params: boolean;
  /** Files of contracts' ABIs. */
  readonly abi: readonly string[];
  readonly debugging: boolean;
}

/** Answers with the traces of all messages. Answers the exit code; throws as `runInput`. */
export async function runTrace(
  { form, params, abi: files, debugging, ...values }: TraceValues,
  vectors: readonly string[],
  output: Output,
): Promise<number> {
  const abi = await readAbis(files);
  const usedAbis = new Set<string>();
  const tracer = new Tracer();
  let source = "";
  let store: Blockstore | undefined;
  /** Texts of the vector at hand. */
  let done: string[] = [];
  let index = 0;
  let implicit = false;
  const watcher = {
    ...(debugging ? { debug: {} } : {}),
    observer(observation: Observation) {
      if (observation.kind === "message") implicit = !observation.isExplicit;
      tracer.observer(observation);
    },
    onBegin(setting: Setting) {
      source = setting.source;
      store = setting.blockstore;
      index = 0;
    },
    onResult(result: ApplyResult, machine?: Machine) {
      const trace = tracer.trace();
      // Nobody waits for what is said of tipsets' messages, so that there is no time to look for names.
      if (machine === undefined || store === undefined) return show(result, trace);
      return withMethodNames(trace, store).then((named) => show(result, named));
    },
    onEnd({ name, source }: Pick<Setting, "name" | "source">) {
      if (form === "lotus") output.answer(`{"vector":${JSON.stringify(source)},"traces":[${done}]}`);
      else if (form === "text") output.answer([name, ...done].join("\n"));
      done = [];
    },
  };
  const show = (result: ApplyResult, trace: MessageTrace) => {
    if (form === "json")
      output.answer(
        messageJson({ source, index, kind: implicit ? "implicit" : "explicit" }, result, trace, {
          abi,
          usedAbis,
        }),
      );
    else if (form === "lotus") done.push(lotusTraceText(trace));
    else {
      const lines = traceLines(trace, index, { params, implicit, ...(abi && { abi }), usedAbis });
      done.push([...lines, ...whyLines(result, trace, abi)].join("\n"));
    }
    index++;
  };
  const status = await runInput(values, vectors, watcher, output, "trace");
  noteUnused(files, usedAbis, output);
  return status;
}

/** Contracts' ABIs, and the names of those in which something was found. */
interface KnownAbis {
  readonly abi: ContractAbi | undefined;
  readonly usedAbis: Set<string>;
}

/** A line of `fvm trace --json`. */
function messageJson(
  place: { readonly source: string; readonly index: number; readonly kind: ApplyKind },
  result: ApplyResult,
  trace: MessageTrace,
  abis: KnownAbis,
): string {
  const explanation = why(result, trace, abis.abi);
  const about = {
    ...place,
    receipt: receiptJson(result.receipt),
    ...(explanation === undefined ? {} : { explanation }),
  };
  return `${JSON.stringify(about).slice(0, -1)},"trace":${traceJson(trace, meanings(abis))}}`;
}

function meanings({ abi, usedAbis }: KnownAbis): TraceJsonOptions {
  if (abi === undefined) return {};
  const note = (found: DecodedByAbi | undefined) => {
    if (found?.source !== undefined) usedAbis.add(found.source);
  };
  return {
    decodeCall(call) {
      const decoded = decodedCall(call, abi);
      note(decoded?.function);
      note(decoded?.revert);
      return decoded;
    },
    decodeEvent(event) {
      const decoded = decodedLog(event, abi);
      note(decoded);
      return decoded;
    },
  };
}

function receiptJson({ exitCode, returnData, gasUsed, eventsRoot }: Receipt) {
  return {
    exitCode,
    gasUsed: typeof gasUsed === "bigint" ? String(gasUsed) : gasUsed,
    returnData: `0x${hex(returnData)}`,
    eventsRoot: eventsRoot === undefined ? null : cidText(eventsRoot),
  };
}
