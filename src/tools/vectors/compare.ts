import { exitCodeText } from "../../builtin/exit-codes.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { hex } from "../../util/bytes.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import type { ExpectedOutcome, ExpectedReceipt } from "./vector.js";

/** One thing that came out otherwise than the vector says. */
export interface Mismatch {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** A field's name and its two values as text; equal texts mean equal values. */
export type Comparison = readonly [field: string, expected: string, actual: string];

/** Bytes of return data that a mismatch shows. */
const SHOWN_BYTES = 64;

/** Compares a receipt field by field. */
export function compareReceipt(
  name: string,
  expected: ExpectedReceipt,
  { receipt }: ApplyResult,
): Mismatch[] {
  const comparisons: Comparison[] = [
    ["exit code", exitCodeText(expected.exitCode), exitCodeText(receipt.exitCode)],
    ["return data", hex(expected.returnData), hex(receipt.returnData)],
    ["gas used", `${expected.gasUsed}`, `${receipt.gasUsed}`],
  ];
  if (expected.eventsRoot !== undefined) {
    comparisons.push(["events root", rootText(expected.eventsRoot), rootText(receipt.eventsRoot)]);
  }
  return mismatches(name, comparisons);
}

/** Compares where the fees of a message went. */
export function compareOutcome(name: string, expected: ExpectedOutcome, result: ApplyResult): Mismatch[] {
  const fields = Object.keys(expected) as (keyof ExpectedOutcome)[];
  return mismatches(
    name,
    fields.map((field) => [field, `${expected[field]}`, `${result[field]}`]),
  );
}

export function mismatches(name: string, comparisons: readonly Comparison[]): Mismatch[] {
  return comparisons
    .filter(([, expected, actual]) => expected !== actual)
    .map(([field, expected, actual]) => ({
      field: name === "" ? field : `${name}: ${field}`,
      ...shownPart(expected, actual),
    }));
}

/** Long texts without what they have in common at the start. */
function shownPart(expected: string, actual: string): Pick<Mismatch, "expected" | "actual"> {
  const shown = 2 * SHOWN_BYTES;
  if (Math.max(expected.length, actual.length) <= shown) return { expected, actual };
  let same = 0;
  while (same < expected.length && expected[same] === actual[same]) same++;
  // Whole bytes.
  const start = same - (same % 2);
  const part = (text: string) =>
    `(${text.length / 2} bytes) …[${start / 2}] ${text.slice(start, start + shown)}${text.length > start + shown ? "…" : ""}`;
  return { expected: part(expected), actual: part(actual) };
}

function rootText(root: Cid | null | undefined): string {
  return root === null || root === undefined ? "none" : cidText(root);
}
