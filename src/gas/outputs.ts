/** A message's gas settlement. Source: fvm/src/gas/outputs.rs. */

export interface GasOutputs {
  /** attoFIL: to the burnt funds actor, for gas used. */
  readonly baseFeeBurn: bigint;
  /** attoFIL: to the burnt funds actor, for a limit far above what was used. */
  readonly overEstimationBurn: bigint;
  /** attoFIL: what the miner owes for a message whose fee cap is below the base fee. */
  readonly minerPenalty: bigint;
  /** attoFIL: to the reward actor. By limit, not by gas used. */
  readonly minerTip: bigint;
  /** attoFIL: back to the sender. */
  readonly refund: bigint;
  /** Whole gas. */
  readonly gasRefund: bigint;
  /** Whole gas. */
  readonly gasBurned: bigint;
}

/** Fees are attoFIL per gas, gas is whole. */
export function gasOutputs(message: {
  readonly gasUsed: bigint;
  readonly gasLimit: bigint;
  readonly baseFee: bigint;
  readonly feeCap: bigint;
  readonly premium: bigint;
}): GasOutputs {
  const { gasUsed, gasLimit, baseFee, feeCap, premium } = message;
  const paidFee = min(baseFee, feeCap);
  const { gasRefund, gasBurned } = overEstimation(gasUsed, gasLimit);
  const baseFeeBurn = paidFee * gasUsed;
  const overEstimationBurn = paidFee * gasBurned;
  const minerTip = min(premium, feeCap - paidFee) * gasLimit;
  return {
    baseFeeBurn,
    overEstimationBurn,
    minerPenalty: (baseFee - paidFee) * (gasUsed + gasBurned),
    minerTip,
    refund: feeCap * gasLimit - baseFeeBurn - minerTip - overEstimationBurn,
    gasRefund,
    gasBurned,
  };
}

/**
 * Of the gas that was not used, a share is burnt: the part of the limit above 110% of what was used, in
 * relation to what was used, at most all.
 */
function overEstimation(gasUsed: bigint, gasLimit: bigint): { gasRefund: bigint; gasBurned: bigint } {
  if (gasUsed === 0n) return { gasRefund: 0n, gasBurned: gasLimit };
  const unused = max(gasLimit - gasUsed, 0n);
  const over = min(max(gasLimit - (11n * gasUsed) / 10n, 0n), gasUsed);
  const gasBurned = (unused * over) / gasUsed;
  return { gasRefund: unused - gasBurned, gasBurned };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
