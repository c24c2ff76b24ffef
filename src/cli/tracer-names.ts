/** Tracers of `fvm trace`, by the names that nodes of Ethereum have for them. */
export const TRACERS = [
  "callTracer",
  "flatCallTracer",
  "prestateTracer",
  "4byteTracer",
  "parityTrace",
  "stateDiff",
] as const;
export type TracerName = (typeof TRACERS)[number];
