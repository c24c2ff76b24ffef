import type { Spread } from "../statistics.js";

/**
 * How time may grow with the size: what the structure behind it demands. `work`: as the bytes that it has
 * to read or write, which are counted. A tree's depth grows with the logarithm of its size in steps, and
 * between the steps its nodes fill up.
 */
export type Law = "flat" | "logarithmic" | "linear" | "work";

export interface CurvePoint {
  readonly size: number;
  /** Nanoseconds per operation. */
  readonly ns: Spread;
  /** Bytes per operation; for the law `work`. */
  readonly work?: number;
}

/** The time of one operation as one size grows. */
export interface Curve {
  readonly name: string;
  readonly law: Law;
  /** How much faster than the law time may grow. Default: `TOLERANCE`. */
  readonly tolerance?: number;
  /**
   * Which time of a point counts: the median of operations that differ, the least of one that is repeated,
   * because it was disturbed least.
   */
  readonly counts: "median" | "min";
  /** By size, which grows. */
  readonly points: readonly CurvePoint[];
}

/** Curves over the same sizes. */
export interface Section {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  /** The quantity that grows. */
  readonly sizes: string;
  /** The operation that takes the time, such as `message`. */
  readonly per: string;
  readonly scale: "linear" | "logarithmic";
  readonly curves: readonly Curve[];
}

/** Nanoseconds per operation. */
export function timeOf({ counts }: Curve, { ns }: CurvePoint): number {
  return ns[counts];
}

/** What a chart or table shows of a point: of what grows linearly, the nanoseconds per unit of size. */
export function shownValue(curve: Curve, point: CurvePoint): number {
  return curve.law === "linear" ? timeOf(curve, point) / point.size : timeOf(curve, point);
}
