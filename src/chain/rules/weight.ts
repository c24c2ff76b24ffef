import { fitsToken } from "../../message/token.js";
import { type Check, is, isI64 } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { BlockHeader } from "../types/header.js";
import { listOf, shapeOf } from "../types/shape.js";

/** Weights are multiples of 2^-8. */
const PRECISION = 8n;
/** A win weighs this part of what the tipset weighs without: half of the blocks that an epoch has on average. */
const WIN_SHARE = 10n;

const isWeight = is((value) => typeof value === "bigint" && fitsToken(value), "a bigint");
const isHeader = shapeOf<Pick<BlockHeader, "parentWeight" | "electionProof">>({
  parentWeight: isWeight,
  electionProof: (value) => isProof(value),
});
const isProof = shapeOf<Pick<NonNullable<BlockHeader["electionProof"]>, "winCount">>({ winCount: isI64 });
const isHeaders: Check = (value) => listOf(isHeader)(value) ?? isSome(value);
const isSome = is(
  (value) => (value as readonly unknown[]).length > 0,
  "the headers of a tipset, which has blocks",
);
const isSomePower = is((value) => typeof value === "bigint" && value > 0n, "a bigint of bytes, above 0");

/**
 * The weight of the chain with a tipset: `parentWeight` of the blocks on it. Source: Lotus
 * chain/consensus/filcns/weight.go.
 *
 * @param headers of the tipset, in its order
 * @param totalPower quality-adjusted power of the network in the state from which the tipset begins, bytes
 * @throws FvmError INVALID_OPTION
 */
export function weightAfter(
  headers: readonly Pick<BlockHeader, "parentWeight" | "electionProof">[],
  totalPower: bigint,
): bigint {
  checkOption("headers", headers, isHeaders);
  checkOption("totalPower", totalPower, isSomePower);
  const [first] = headers as [BlockHeader];
  const own = BigInt(totalPower.toString(2).length - 1) << PRECISION;
  const wins = headers.reduce((sum, { electionProof }) => sum + BigInt(electionProof?.winCount ?? 0), 0n);
  return first.parentWeight + own + (own * wins) / WIN_SHARE;
}
