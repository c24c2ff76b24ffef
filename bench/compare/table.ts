import type { ColdStart } from "./cold-start.js";
import type { ComparisonResult } from "./result.js";
import type { GroupSummary } from "./summary.js";

type Row = readonly string[];

const HEADER: Row = ["group", "vectors", "fvm-node ms", "reference ms", "times as fast", "of rounds", "best"];

/** The result for people. */
export function resultText({ groups, coldStart, peakRssBytes }: ComparisonResult): string {
  return [
    table([HEADER, ...groups.map(rowOf)]),
    "",
    ...(coldStart === undefined ? [] : coldStartLines(coldStart)),
    `peak memory over these vectors: fvm-node ${mebibytes(peakRssBytes.ours)}, reference ${mebibytes(peakRssBytes.peer)}`,
  ].join("\n");
}

function rowOf({ title, measure, vectors, ours, peer, ratio, bestRatio }: GroupSummary): Row {
  return [
    rowTitle({ title, measure }),
    `${vectors}`,
    number(ours.median),
    number(peer.median),
    number(ratio.median),
    `${number(ratio.min)} to ${number(ratio.max)}`,
    number(bestRatio),
  ];
}

/** A star: by the measure that is not every group's. */
export function rowTitle({ title, measure }: Pick<GroupSummary, "title" | "measure">): string {
  return measure === "run" ? `${title} *` : title;
}

function table(rows: readonly Row[]): string {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
  return [...lines, "* with the machines' set-up and flush"].join("\n");
}

function coldStartLines({ ours, oursFirstEver, peer }: ColdStart): string[] {
  return [
    `process start to first receipt: fvm-node ${number(ours.median)} ms ` +
      `(first time on a machine ${number(oursFirstEver.median)} ms), reference ${number(peer.median)} ms`,
  ];
}

/** Three digits. */
function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? "unknown" : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
