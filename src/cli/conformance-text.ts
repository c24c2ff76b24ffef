import { mismatchText, type VariantReport } from "../tools/vectors/run.js";

/** Mismatches that are shown of one vector. */
const SHOWN_MISMATCHES = 6;

/** A failed vector, for people. */
export function describeReport(report: VariantReport): string[] {
  const { file, variant, reason, mismatches, notes } = report;
  const more = mismatches.length - SHOWN_MISMATCHES;
  return [
    `FAILED ${file}${variant === "" ? "" : ` (${variant})`}`,
    ...(mismatches.length > 0 ? mismatches.slice(0, SHOWN_MISMATCHES).map(mismatchText) : [reason ?? ""]).map(
      indent,
    ),
    ...(more > 0 ? [indent(`and ${more} more`)] : []),
    ...notes.map((note) => indent(`- ${note}`)),
  ];
}

/** Lines that people should not miss, and the time. */
export function summary(reports: readonly VariantReport[]): string[] {
  const reasons = new Map<string, number>();
  for (const { status, reason = "" } of reports) {
    if (status === "skipped") reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const median = reports.reduce((sum, { applyNs }) => sum + (applyNs?.median ?? 0), 0);
  const hasRun = reports.some(({ status }) => status === "passed" || status === "failed");
  return [
    ...[...reasons].map(([reason, count]) => `SKIPPED ${count} vectors: ${reason}`),
    ...reports
      .filter(({ status }) => status === "unreadable")
      .map(({ file, reason }) => `NO VECTOR ${file}: ${reason}`),
    hasRun ? `time to apply messages, sum of medians: ${(median / 1e6).toFixed(2)} ms` : "no vector was run",
  ];
}

function indent(line: string): string {
  return `  ${line}`;
}
