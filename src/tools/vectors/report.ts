import type { U64 } from "../../util/u64.js";
import type { Times, VariantReport } from "./run.js";

/** The answer of `fvm conformance --json`: a contract, so no field may change its meaning. */
export interface ConformanceReport {
  readonly passed: number;
  /** With those that could not be read. */
  readonly failed: number;
  readonly skipped: number;
  readonly vectors: readonly VectorReport[];
  /** Nanoseconds: the sum of the medians, and how long everything took, with reading and compiling. */
  readonly totals: { readonly median_ns: number; readonly wall_ns: number };
}

/** How a vector did at one of its variants, as JSON: part of the same contract. */
export interface VectorReport {
  readonly file: string;
  readonly id: string;
  readonly variant: string;
  readonly nv: number | null;
  readonly ok: boolean;
  /** There only if it was not run. */
  readonly skipped?: true;
  /** Why it is not ok. */
  readonly reason?: string;
  /** Gas of each message. */
  readonly gasUsed: readonly U64[];
  /** Nanoseconds for the messages alone; zeros if it was not run. */
  readonly apply_ns: Times;
  /** Nanoseconds with machines' set-up and flush; zeros if it was not run. */
  readonly run_ns: Times;
}

const NO_TIMES: Times = { min: 0, median: 0 };

/** Sums up. @param wallNs nanoseconds from beginning to end */
export function reportOf(reports: readonly VariantReport[], wallNs: number): ConformanceReport {
  const vectors = reports.map(vectorReport);
  const passed = reports.filter(({ status }) => status === "passed").length;
  const skipped = reports.filter(({ status }) => status === "skipped").length;
  return {
    passed,
    failed: reports.length - passed - skipped,
    skipped,
    vectors,
    totals: { median_ns: vectors.reduce((sum, { apply_ns }) => sum + apply_ns.median, 0), wall_ns: wallNs },
  };
}

function vectorReport(report: VariantReport): VectorReport {
  const { file, id, variant, networkVersion, status, reason, gasUsed, applyNs, runNs } = report;
  return {
    file,
    id,
    variant,
    nv: networkVersion ?? null,
    ok: status === "passed",
    ...(status === "skipped" ? { skipped: true } : {}),
    ...(reason === undefined ? {} : { reason }),
    gasUsed,
    apply_ns: applyNs ?? NO_TIMES,
    run_ns: runNs ?? NO_TIMES,
  };
}
