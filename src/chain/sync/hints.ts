import type { ExplainedState, ReceiptDifference } from "./difference.js";
import type { ExplainedReceipts } from "./explain-receipts.js";
import type { Reading, ReadingFailure } from "./reading.js";

/** Readings of roots that differ; undefined: they do not. */
interface Readings {
  readonly receipts: Reading<ExplainedReceipts> | undefined;
  readonly state: Reading<ExplainedState> | undefined;
}

interface Facts {
  readonly receipts: readonly ReceiptDifference[] | undefined;
  readonly state: ExplainedState | undefined;
}

interface Hint {
  fits(facts: Facts): boolean;
  readonly text: string;
}

const HINTS: readonly Hint[] = [
  {
    fits: ({ state }) =>
      state?.comparison.actors.some(({ changes }) => changes.some(({ path }) => path[0] === "code")) === true,
    text: "actors have other code: the network's upgrades or its bundles of actors may be other ones than those given here",
  },
  {
    fits: ({ receipts = [] }) => receipts.length > 0 && receipts.every(isOtherGas),
    text: "receipts differ in gas alone: the network may have actor debugging switched otherwise, or other bundles of actors",
  },
  {
    fits: ({ receipts = [] }) =>
      receipts.some(({ expected, found }) => expected === undefined || found === undefined),
    text: "there are more or fewer receipts: other messages were selected, or in other blocks",
  },
];

/** Hints at a header's roots that cannot be compared. */
const FAILURES: { readonly [K in ReadingFailure["kind"]]: (what: string, reason: string) => string } = {
  absent: (what) => `the store lacks the ${what} that the header names, so nothing more can be said`,
  malformed: (what, reason) => `what the header names as the ${what} is no ${what}: ${reason}`,
  failed: (what, reason) => `the ${what} that the header names cannot be compared: ${reason}`,
};

/** Possible causes of a difference between what a tipset leads to and what headers say. */
export function hintsFor({ receipts, state }: Readings): string[] {
  const facts = { receipts: receipts?.value?.listed, state: state?.value };
  return [
    ...HINTS.filter((hint) => hint.fits(facts)).map(({ text }) => text),
    ...failureHint("list of receipts", receipts),
    ...failureHint("state", state),
  ];
}

function failureHint(what: string, reading: Reading<unknown> | undefined): string[] {
  const failure = reading?.failure;
  return failure === undefined ? [] : [FAILURES[failure.kind](what, failure.reason)];
}

function isOtherGas({ expected, found }: ReceiptDifference): boolean {
  if (expected === undefined || found === undefined) return false;
  const isSameReturn = Buffer.compare(expected.returnData, found.returnData) === 0;
  return expected.exitCode === found.exitCode && isSameReturn && expected.gasUsed !== found.gasUsed;
}
