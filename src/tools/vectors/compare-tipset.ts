import { exitCodeText } from "../../builtin/exit-codes.js";
import type { BlockResult, TipsetResult } from "../../chain/execution/tipset.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { type Comparison, type Mismatch, mismatches } from "./compare.js";
import type { ExpectedBlock, ExpectedTipset } from "./vector.js";

/** A vector's word on one tipset; `undefined`: none. */
export interface TipsetExpectation {
  readonly receiptsRoot: Cid | undefined;
  readonly stateRoot: Cid | undefined;
  readonly details: ExpectedTipset | undefined;
}

/** Compares gas, rewards and exit codes, then the roots. */
export function compareTipset(
  name: string,
  { receiptsRoot, stateRoot, details }: TipsetExpectation,
  result: TipsetResult,
): Mismatch[] {
  return mismatches(name, [
    ...(details === undefined ? [] : compareDetails(details, result)),
    ...root("receipts root", receiptsRoot, result.receiptsRoot),
    ...root("state root", stateRoot, result.stateRoot),
  ]);
}

function compareDetails(
  expected: ExpectedTipset,
  { blocks, cron, nullRounds, ...roots }: TipsetResult,
): Comparison[] {
  const implicit = [...blocks.map(({ reward }) => reward), cron];
  const rounds = new Map(nullRounds.map((round) => [round.epoch, round]));
  return [
    ["gas used", `${expected.gasUsed}`, `${gasOf(blocks.flatMap(({ messages }) => messages))}`],
    ["implicit gas used", `${expected.implicitGasUsed}`, `${gasOf(implicit)}`],
    ["cron exit code", exitCodeText(expected.cronExitCode), exitCodeText(cron.receipt.exitCode)],
    ["number of blocks", `${expected.blocks.length}`, `${blocks.length}`],
    ...expected.blocks.flatMap((block, i) => compareBlock(`block ${i}`, block, blocks[i])),
    ...expected.nullRounds.flatMap(({ epoch, stateRoot }) =>
      root(`state root of null round ${epoch}`, stateRoot, rounds.get(epoch)?.stateRoot),
    ),
    ...root("receipts root", expected.receiptsRoot, roots.receiptsRoot),
    ...root("state root", expected.stateRoot, roots.stateRoot),
  ];
}

function compareBlock(name: string, expected: ExpectedBlock, actual: BlockResult | undefined): Comparison[] {
  return [
    [`${name} messages`, `${expected.applied}`, `${actual?.messages.length}`],
    [`${name} gas reward`, `${expected.gasReward}`, `${actual?.gasReward}`],
    [`${name} penalty`, `${expected.penalty}`, `${actual?.penalty}`],
    [`${name} reward exit code`, exitCodeText(expected.rewardExitCode), rewardEnd(actual)],
  ];
}

function rewardEnd(actual: BlockResult | undefined): string {
  return actual === undefined ? "no reward" : exitCodeText(actual.reward.receipt.exitCode);
}

function root(name: string, expected: Cid | undefined, actual: Cid | undefined): Comparison[] {
  if (expected === undefined) return [];
  return [[name, cidText(expected), actual === undefined ? "none" : cidText(actual)]];
}

function gasOf(results: readonly ApplyResult[]): bigint {
  return results.reduce((sum, { receipt }) => sum + BigInt(receipt.gasUsed), 0n);
}
