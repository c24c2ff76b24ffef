/**
 * Observers, and trees of what messages do.
 *
 * @module fvm-node/trace
 */

export type { ManifestEntry } from "../state-tree/manifest.js";
export { gasOf } from "./gas-of.js";
export { type TraceJsonOptions, traceJson } from "./json-trace.js";
export {
  type LotusCid,
  type LotusGasTrace,
  type LotusTrace,
  type LotusTraceOptions,
  lotusTraceText,
  toLotusTrace,
} from "./lotus-trace.js";
export type { CallEnd, Observation, ObservationOf, ObservedBlock, Observer } from "./observation.js";
export { type CallTrace, type MessageTrace, Tracer, type TraceStep } from "./trace.js";
