export type Row = readonly string[];

/** Columns for people: the first one to the left, the others to the right. */
export function table(rows: readonly Row[]): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  "),
  );
}

/** Nanoseconds in the unit that suits them. */
export function duration(nanoseconds: number): string {
  if (nanoseconds < 10_000) return `${digits(nanoseconds)} ns`;
  return nanoseconds < 10_000_000
    ? `${digits(nanoseconds / 1_000)} µs`
    : `${digits(nanoseconds / 1_000_000)} ms`;
}

/** Three digits, more only before the point. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
