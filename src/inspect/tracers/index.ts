/** A message's trace in the forms that tools of the Ethereum world read. */
export type { TracedStates } from "./accounts.js";
export { type CallByAbi, callByAbi } from "./call-by-abi.js";
export { type CallFrame, type CallLog, type CallTracerConfig, callTracer } from "./call-tracer.js";
export { type DecodedByAbi, type DecodedFrame, decodedCall, decodedLog } from "./decoded.js";
export type { TraceContext } from "./ethereum-trace.js";
export {
  type FlatAction,
  type FlatCall,
  type FlatCallTracerConfig,
  type FlatResult,
  flatCallTracer,
  type TransactionPlace,
} from "./flat-call-tracer.js";
export { fourByteTracer } from "./four-byte-tracer.js";
export type { FrameType } from "./frame.js";
export type { Hex } from "./hex.js";
export { type LogContent, logOfEvent, topicsAndData } from "./logs.js";
export {
  type ParityAccountDiff,
  type ParityDelta,
  type ParityStateDiff,
  parityStateDiff,
} from "./parity-state-diff.js";
export {
  type ParityCall,
  type ParityCreate,
  type ParityEntry,
  type ParityTrace,
  parityOutput,
  parityTrace,
} from "./parity-trace.js";
export {
  type Prestate,
  type PrestateAccount,
  type PrestateDiff,
  type PrestateTracerConfig,
  prestateTracer,
} from "./prestate-tracer.js";
export { traceContext } from "./trace-context.js";
