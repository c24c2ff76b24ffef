/** Epochs from one to another, both included. */
export interface EpochRange {
  readonly from: number;
  readonly to: number;
}

/** Ranges with another one, in order; those that touch become one. */
export function withRange(ranges: readonly EpochRange[], { from, to }: EpochRange): EpochRange[] {
  const touches = (range: EpochRange) => range.from <= to + 1 && from <= range.to + 1;
  const joined = ranges.filter(touches);
  const union = {
    from: Math.min(from, ...joined.map((range) => range.from)),
    to: Math.max(to, ...joined.map((range) => range.to)),
  };
  const others = ranges.filter((range) => !touches(range));
  return [...others, union].sort((a, b) => a.from - b.from);
}

/** Parts of the ranges between two epochs, both included. */
export function rangesWithin(ranges: readonly EpochRange[], { from, to }: EpochRange): EpochRange[] {
  return ranges
    .map((range) => ({ from: Math.max(range.from, from), to: Math.min(range.to, to) }))
    .filter((range) => range.from <= range.to);
}
