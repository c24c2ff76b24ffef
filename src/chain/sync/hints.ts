import type { ExplainedState, ReceiptDifference } from "./difference.js";

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
  {
    fits: ({ state }) => state === undefined,
    text: "the store does not have the state that the header names, so that it cannot be compared",
  },
];

/** What may be the cause of a difference between what a tipset leads to and what headers say. */
export function hintsFor(facts: Facts): string[] {
  return HINTS.filter((hint) => hint.fits(facts)).map(({ text }) => text);
}

function isOtherGas({ expected, found }: ReceiptDifference): boolean {
  if (expected === undefined || found === undefined) return false;
  const isSameReturn = Buffer.compare(expected.returnData, found.returnData) === 0;
  return expected.exitCode === found.exitCode && isSameReturn && expected.gasUsed !== found.gasUsed;
}
