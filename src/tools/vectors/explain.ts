import type { Cid } from "../../encoding/cid.js";
import { backtraceText } from "../../vm/call-manager/backtrace.js";
import type { ApplyFailure } from "../../vm/executor/apply-result.js";
import { diffStates, type ReadBlock } from "./state-diff.js";

/** Actors that are named when states differ. */
const SHOWN_ACTORS = 8;

/** How a message failed here, one line per fact. */
export function describeFailure(name: string, failure: ApplyFailure | undefined): string[] {
  if (failure === undefined) return [];
  if (failure.kind === "preflight") return [`${name}: refused, ${failure.text}`];
  const lines = backtraceText(failure.backtrace).trimEnd().split("\n");
  return lines.map((line) => `${name}: ${line}`);
}

/** Which actors differ between two states, and in what. */
export function explainRoots(read: ReadBlock, expected: Cid, actual: Cid): string[] {
  if (expected === actual) return [];
  try {
    const differences = diffStates(read, expected, actual);
    const lines = differences.map(
      ({ field, expected, actual }) => `${field}: expected ${expected}, got ${actual}`,
    );
    const more = lines.length - SHOWN_ACTORS;
    return more <= 0 ? lines : [...lines.slice(0, SHOWN_ACTORS), `and ${more} more actors`];
  } catch (error) {
    // Helps nobody by failing: the mismatch itself is what counts.
    return [`the states cannot be compared: ${error instanceof Error ? error.message : error}`];
  }
}
