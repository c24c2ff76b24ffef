import type { Blockstore } from "../blockstore/blocks.js";
import type { ContractAbi } from "../builtin/abi/index.js";
import type { Cid } from "../encoding/cid.js";
import { HostFault } from "../errors.js";
import {
  type CallFrame,
  type CallTracerConfig,
  callTracer,
  type FlatCallTracerConfig,
  flatCallTracer,
  fourByteTracer,
  type PrestateTracerConfig,
  parityStateDiff,
  parityTrace,
  prestateTracer,
  type TraceContext,
  type TracedStates,
  traceContext,
} from "../inspect/tracers/index.js";
import { messageOf } from "../util/kind-of.js";
import type { Machine } from "../vm/machine/machine.js";
import { type MessageTrace, Tracer } from "../vm/trace/trace.js";
import type { Output } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { type RunValues, runInput, type Watcher } from "./input/run.js";
import { noteUnused, readAbis } from "./read-abi.js";
import type { TracerName } from "./tracer-names.js";
import { UsageError } from "./usage-error.js";

interface TracerValues extends RunValues {
  readonly tracer: TracerName;
  /** JSON. */
  readonly config: string | undefined;
  /** Files of contracts' ABIs. */
  readonly abi: readonly string[];
  readonly debugging: boolean;
}

/** Input of a tracer for a message; states only where messages are executed one by one. */
interface Traced {
  readonly trace: MessageTrace;
  readonly states: TracedStates | undefined;
  readonly context: TraceContext;
}

type Config = Readonly<Record<string, boolean>>;

const SHOW: Readonly<Record<TracerName, (traced: Traced, config: Config) => unknown>> = {
  callTracer: ({ trace, context }, config: CallTracerConfig) => callTracer(trace, config, context) ?? null,
  flatCallTracer: ({ trace, context }, config: FlatCallTracerConfig) =>
    flatCallTracer(trace, config, context),
  prestateTracer: ({ trace, states }, config: PrestateTracerConfig) =>
    states && prestateTracer(trace, states, config),
  "4byteTracer": ({ trace, context }) => fourByteTracer(trace, context),
  parityTrace: ({ trace, context }) => parityTrace(trace, context),
  stateDiff: ({ trace, states }) => states && parityStateDiff(trace, states),
};

/** Tracers that read the states before and after a message. */
const NEED_STATES: readonly TracerName[] = ["prestateTracer", "stateDiff"];

/** Settings of each tracer. */
const SETTINGS: Readonly<Record<TracerName, readonly string[]>> = {
  callTracer: ["onlyTopCall", "withLog"],
  flatCallTracer: ["convertParityErrors"],
  prestateTracer: ["diffMode", "disableCode", "disableStorage"],
  "4byteTracer": [],
  parityTrace: [],
  stateDiff: [],
};

/**
 * Answers with a tracer's result of each message: a line of JSON for each vector. Answers the exit code; throws as
 * `runInput`, `UsageError` on bad options, `FvmError` INVALID_ABI, INVALID_TRACE.
 */
export async function runTracer(
  { tracer: name, config: text, abi: files, debugging, ...values }: TracerValues,
  vectors: readonly string[],
  output: Output,
): Promise<number> {
  if (files.length > 0 && name !== "callTracer") {
    throw new UsageError("--abi goes with --tracer callTracer only", "trace");
  }
  const config = readConfig(name, text);
  const run = new TracerRun(name, config, await readAbis(files));
  const tracer = new Tracer();
  const status = await runInput(values, vectors, run.watcher(tracer, debugging, output), output, "trace");
  noteUnused(files, run.sources, output);
  return run.isLacking ? ExitStatus.BadInput : status;
}

/** The results of one vector after the other. */
class TracerRun {
  /** ABIs of which something was found. */
  readonly sources = new Set<string>();
  /** Whether some messages have no result. */
  isLacking = false;
  /** Whether the vector at hand has no states. */
  private isRefused = false;
  private setting: { readonly blockstore: Blockstore; before: Cid } | undefined;
  /** Messages whose state is not known yet. */
  private waiting: MessageTrace[] = [];
  private results: unknown[] = [];
  /** Why there are results missing. */
  private lacking: string[] = [];

  constructor(
    private readonly name: TracerName,
    private readonly config: Config,
    private readonly abi: ContractAbi | undefined,
  ) {}

  watcher(tracer: Tracer, debugging: boolean, output: Output): Watcher {
    return {
      ...(debugging ? { debug: {} } : {}),
      observer: tracer.observer,
      onBegin: ({ blockstore, stateRoot, isTipset }) => {
        this.isRefused = isTipset && NEED_STATES.includes(this.name);
        // Becomes the vector's report.
        if (this.isRefused)
          throw new Error(`${this.name} needs the state after each message, which a tipset does not have`);
        this.setting = { blockstore, before: stateRoot };
      },
      onResult: (_, machine) => {
        this.waiting.push(tracer.trace());
        return machine && this.takeStates(machine);
      },
      onEnd: ({ name, source }) => this.end(name, source, output),
    };
  }

  private async takeStates(machine: Machine): Promise<void> {
    const { setting } = this;
    if (setting === undefined) return;
    const { blockstore, before } = setting;
    const after = await machine.flush();
    setting.before = after;
    for (const trace of this.waiting.splice(0)) {
      try {
        const context = await traceContext(trace, blockstore, after);
        await this.show(trace, context, { blockstore, before, after });
      } catch (cause) {
        this.lack(cause);
      }
    }
  }

  private async show(trace: MessageTrace, context: TraceContext, states: TracedStates): Promise<void> {
    const known = this.abi === undefined ? context : { ...context, abi: this.abi };
    this.results.push(await SHOW[this.name]({ trace, states, context: known }, this.config));
  }

  /** A vector has the blocks that its messages read, which may be too few. */
  private lack(cause: unknown): void {
    if (!(cause instanceof HostFault && cause.code === "BLOCK_NOT_FOUND")) throw cause;
    const { cid } = cause.details as HostFault<"BLOCK_NOT_FOUND">["details"];
    this.lacking.push(`message ${this.results.length}: the store lacks ${cid}, which ${this.name} reads`);
    this.results.push(null);
  }

  private end(name: string, source: string, output: Output): void {
    if (this.isRefused) {
      this.isRefused = false;
      this.isLacking = true;
      return;
    }
    // A tipset's messages, between which there are no states to read.
    const context = this.abi === undefined ? {} : { abi: this.abi };
    for (const trace of this.waiting.splice(0)) {
      this.results.push(SHOW[this.name]({ trace, states: undefined, context }, this.config));
    }
    for (const text of this.lacking) output.note(`${name}: ${text}`);
    this.isLacking ||= this.lacking.length > 0;
    this.lacking = [];
    output.answer(JSON.stringify({ vector: source, traces: this.results }));
    for (const result of this.results)
      if (this.name === "callTracer") this.noteSources(result as CallFrame | null);
    this.results = [];
  }

  private noteSources(top: CallFrame | null): void {
    const open = top === null ? [] : [top];
    for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
      const { decoded, logs = [], calls = [] } = frame;
      const found = [decoded?.function, decoded?.revert, ...logs.map((log) => log.decoded)];
      for (const match of found) if (match?.source !== undefined) this.sources.add(match.source);
      for (const call of calls) open.push(call);
    }
  }
}

function readConfig(name: TracerName, text: string | undefined): Config {
  if (text === undefined) return {};
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--tracer-config is no JSON: ${messageOf(error).split("\n")[0]}`, "trace");
  }
  const settings = SETTINGS[name];
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new UsageError("--tracer-config is no JSON object", "trace");
  }
  for (const [setting, value] of Object.entries(config)) {
    const known = settings.length === 0 ? "none" : settings.join(", ");
    if (!settings.includes(setting)) {
      throw new UsageError(`--tracer-config: ${name} has no setting ${setting}; it has ${known}`, "trace");
    }
    if (typeof value !== "boolean") {
      throw new UsageError(`--tracer-config: ${setting} is not true or false`, "trace");
    }
  }
  return config as Config;
}
