/** A message's gas settlement. Source: fvm/src/gas/outputs.rs. */
import type { Gas } from "../../message/gas.js";
import { addSat, mulDiv, subSat } from "../../util/u64.js";

export interface GasOutputs {
  /** attoFIL: to the burnt funds actor, for gas used. */
  readonly baseFeeBurn: bigint;
  /** attoFIL: to the burnt funds actor, for a limit far above what was used. */
  readonly overEstimationBurn: bigint;
  /** attoFIL: what the miner owes for a message whose fee cap is below the base fee. */
  readonly penalty: bigint;
  /** attoFIL: to the reward actor. By limit, not by gas used. */
  readonly minerTip: bigint;
  /** attoFIL: back to the sender, the rest of what it has paid. */
  readonly refund: bigint;
  /** Whole gas. */
  readonly gasRefund: Gas;
  /** Whole gas. */
  readonly gasBurned: Gas;
}

/** What a message says about gas. Fees are attoFIL per gas, gas is whole. */
export interface GasTerms {
  readonly gasLimit: Gas;
  readonly gasFeeCap: bigint;
  readonly gasPremium: bigint;
}

/** attoFIL that a message pays for its gas in advance. */
export function gasCostOf({ gasFeeCap, gasLimit }: GasTerms): bigint {
  return feeOf(gasFeeCap, gasLimit);
}

/**
 * @param gasCost as `gasCostOf` says
 * @param baseFee attoFIL per gas
 */
export function gasOutputs(terms: GasTerms, gasCost: bigint, gasUsed: Gas, baseFee: bigint): GasOutputs {
  const { gasLimit, gasFeeCap: feeCap, gasPremium } = terms;
  const isCovered = baseFee <= feeCap;
  const paidFee = isCovered ? baseFee : feeCap;
  const gasBurned = overEstimation(gasUsed, gasLimit);
  const baseFeeBurn = feeOf(paidFee, gasUsed);
  const overEstimationBurn = feeOf(paidFee, gasBurned);
  const minerTip = feeOf(min(gasPremium, feeCap - paidFee), gasLimit);
  return {
    baseFeeBurn,
    overEstimationBurn,
    penalty: isCovered ? 0n : feeOf(baseFee - feeCap, addSat(gasUsed, gasBurned)),
    minerTip,
    refund: gasCost - baseFeeBurn - overEstimationBurn - minerTip,
    gasRefund: subSat(subSat(gasLimit, gasUsed), gasBurned),
    gasBurned,
  };
}

/**
 * Of the gas that was not used, a share is burnt: the part of the limit above 110% of what was used, in
 * relation to what was used, at most all.
 */
function overEstimation(gasUsed: Gas, gasLimit: Gas): Gas {
  const unused = subSat(gasLimit, gasUsed);
  const over = subSat(gasLimit, mulDiv(11, gasUsed, 10));
  return over >= gasUsed ? unused : mulDiv(unused, over, gasUsed);
}

/** attoFIL, by attoFIL per gas. Often there is no premium, or nothing is burnt: then gas stays a number. */
function feeOf(fee: bigint, gas: Gas): bigint {
  return fee === 0n || gas === 0 ? 0n : fee * BigInt(gas);
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
