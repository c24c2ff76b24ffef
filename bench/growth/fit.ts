import { sum } from "../statistics.js";
import { type Curve, type CurvePoint, type Law, timeOf } from "./curve.js";

/** A curve's verdict. */
export interface Fit {
  /** Nanoseconds: time is `base + slope * measure(size)`, by the curve's law. */
  readonly base: number;
  readonly slope: number;
  /** The largest deviation of a point from it, as a part of the point. */
  readonly deviation: number;
  /** Time at the last size by that at the first, and what the law alone would make of it. */
  readonly ratio: number;
  readonly lawRatio: number;
  /** The most that time, divided by the law, grows from any size to a larger one. */
  readonly excess: Excess;
  /** Whether it grows faster than the law. */
  readonly isWorse: boolean;
}

export interface Excess {
  readonly factor: number;
  readonly from: number;
  readonly to: number;
}

/** Caches of the processor, and neighbours on a shared machine, account for less. */
export const TOLERANCE = 1.5;

/** The measure: time should be a constant plus a multiple of it. */
const measures: Record<Law, (point: CurvePoint) => number> = {
  flat: () => 1,
  logarithmic: ({ size }) => Math.log10(size),
  linear: ({ size }) => size,
  work({ work }) {
    if (work === undefined) throw new Error("a point without its work");
    return work;
  },
};

/** Throws if the curve has no points. */
export function fitCurve(curve: Curve): Fit {
  const { law, points, tolerance = TOLERANCE } = curve;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a curve without points");
  const measureOf = measures[law];
  const { base, slope } = leastSquares(curve);
  const deviations = points.map((point) =>
    Math.abs((base + slope * measureOf(point)) / timeOf(curve, point) - 1),
  );
  const excess = excessOf(curve);
  return {
    base,
    slope,
    deviation: Math.max(...deviations),
    ratio: timeOf(curve, last) / timeOf(curve, first),
    lawRatio: measureOf(last) / measureOf(first),
    excess,
    isWorse: excess.factor > tolerance,
  };
}

/** Relative deviations count, so that small sizes do as much as large ones. */
function leastSquares(curve: Curve): { base: number; slope: number } {
  const rows = curve.points.map((point) => {
    const y = timeOf(curve, point);
    return { x: measures[curve.law](point), y, w: 1 / y ** 2 };
  });
  const weight = sum(rows.map(({ w }) => w));
  const x = sum(rows.map((row) => row.w * row.x)) / weight;
  const y = sum(rows.map((row) => row.w * row.y)) / weight;
  const square = sum(rows.map((row) => row.w * (row.x - x) ** 2));
  // Of a flat curve, or a single point, only the mean can be told.
  const slope = square === 0 ? 0 : sum(rows.map((row) => row.w * (row.x - x) * (row.y - y))) / square;
  return { base: y - slope * x, slope };
}

function excessOf(curve: Curve): Excess {
  const { law, points } = curve;
  const scaled = points.map((point) => ({
    size: point.size,
    value: timeOf(curve, point) / measures[law](point),
  }));
  const pairs = scaled.flatMap((from, index) =>
    scaled.slice(index + 1).map((to) => ({ factor: to.value / from.value, from: from.size, to: to.size })),
  );
  const size = points[0]?.size ?? 0;
  return pairs.reduce((worst, pair) => (pair.factor > worst.factor ? pair : worst), {
    factor: 1,
    from: size,
    to: size,
  });
}
