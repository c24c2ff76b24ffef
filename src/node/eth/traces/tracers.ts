import type { ChainReadOptions } from "../../../chain/history/chain.js";
import {
  callTracer,
  type FlatCall,
  flatCallTracer,
  fourByteTracer,
  parityOutput,
  parityStateDiff,
  parityTrace,
  prestateTracer,
  type TransactionPlace,
  traceContext,
} from "../../../inspect/tracers/index.js";
import { failed } from "../../rpc/errors.js";
import type { ReplayedMessage } from "./replayed-messages.js";

/** Tracers, by Geth's names. */
export const TRACERS = [
  "callTracer",
  "flatCallTracer",
  "prestateTracer",
  "4byteTracer",
  "noopTracer",
] as const;
/** Name of a tracer. */
export type TracerName = (typeof TRACERS)[number];

/** A trace's kind and settings. */
export interface TracerOptions {
  /** Default: `callTracer`. There are no logs of single instructions: the EVM is an actor itself. */
  readonly tracer?: TracerName | undefined;
  readonly config?: Readonly<Record<string, boolean>> | undefined;
}

/** Types of Parity's traces. */
export const PARITY_TYPES = ["trace", "stateDiff"] as const;
/** Name of such a type. */
export type ParityType = (typeof PARITY_TYPES)[number];

/**
 * A message as a tracer shows it. Throws `RpcError` for a setting that the tracer does not have; as the tracers.
 *
 * @param place undefined: it is in no block
 */
export async function tracedBy(
  { trace, states }: ReplayedMessage,
  { tracer = "callTracer", config = {} }: TracerOptions,
  place: TransactionPlace | undefined,
  options: ChainReadOptions,
): Promise<unknown> {
  checkSettings(tracer, config);
  if (tracer === "noopTracer") return {};
  if (tracer === "prestateTracer") return prestateTracer(trace, states, config, options);
  const context = await traceContext(trace, states.blockstore, states.after, options);
  if (tracer === "callTracer") return callTracer(trace, config, context) ?? {};
  if (tracer === "4byteTracer") return fourByteTracer(trace, context);
  const entries = flatCallTracer(trace, config, context);
  return place === undefined ? entries : entries.map((entry): FlatCall => ({ ...entry, ...place }));
}

/** A message as Parity shows it: what it returned, and what was asked for. Throws as the tracers. */
export async function tracedByParity(
  { trace, states }: ReplayedMessage,
  types: readonly ParityType[],
  options: ChainReadOptions,
) {
  const context = await traceContext(trace, states.blockstore, states.after, options);
  const entries = parityTrace(trace, context);
  return {
    output: parityOutput(entries),
    stateDiff: types.includes("stateDiff") ? await parityStateDiff(trace, states, options) : null,
    trace: types.includes("trace") ? entries : [],
    vmTrace: null,
  };
}

const SETTINGS: Readonly<Record<TracerName, readonly string[]>> = {
  callTracer: ["onlyTopCall", "withLog"],
  flatCallTracer: ["convertParityErrors", "includePrecompiles"],
  prestateTracer: ["diffMode", "disableCode", "disableStorage"],
  "4byteTracer": [],
  noopTracer: [],
};

function checkSettings(tracer: TracerName, config: Readonly<Record<string, boolean>>): void {
  const known = SETTINGS[tracer];
  for (const name of Object.keys(config)) {
    if (known.includes(name)) continue;
    throw failed(`${tracer} has no setting ${name}; it has ${known.join(", ") || "none"}`);
  }
}
