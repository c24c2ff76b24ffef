import { describe, expect, test } from "vitest";
import { gasCostOf, gasOutputs } from "../../../src/vm/gas/outputs.js";

/** All in whole gas and attoFIL per gas. */
function settle(gasUsed: number, gasLimit: number, feeCap: number, premium: number, baseFee = 10) {
  const terms = { gasLimit, gasFeeCap: BigInt(feeCap), gasPremium: BigInt(premium) };
  return gasOutputs(terms, gasCostOf(terms), gasUsed, BigInt(baseFee));
}

describe("overestimation", () => {
  test.each([
    [100, 200, 10, 90],
    [100, 150, 30, 20],
    [1_000, 1_300, 240, 60],
    [500, 700, 140, 60],
    [200, 200, 0, 0],
    [20_000, 21_000, 1_000, 0],
    [0, 2_000, 0, 2_000],
    [500, 651, 121, 30],
    [500, 5_000, 0, 4_500],
    [7_499_000_000, 7_500_000_000, 1_000_000, 0],
    [3_750_000_000, 7_500_000_000, 375_000_000, 3_375_000_000],
    [1, 7_500_000_000, 0, 7_499_999_999],
    [300, 200, 0, 0],
  ])("%i of %i gas", (used, limit, gasRefund, gasBurned) => {
    const outputs = settle(used, limit, 100, 1);
    expect([outputs.gasRefund, outputs.gasBurned]).toEqual([gasRefund, gasBurned]);
  });
});

describe("fees", () => {
  test.each([
    // used, limit, cap, premium: burn, overestimation, penalty, tip, refund
    ["in full", 100, 110, 11, 1, 1_000, 0, 0, 110, 100],
    ["with overestimation", 100, 130, 11, 1, 1_000, 60, 0, 130, 240],
    ["a cap without room for a tip", 100, 110, 10, 1, 1_000, 0, 0, 0, 100],
    ["a cap below the base fee", 100, 110, 6, 1, 600, 0, 400, 0, 60],
    ["a cap below the base fee, overestimated", 100, 200, 6, 1, 600, 540, 760, 0, 60],
    ["a cap with room for half the tip", 100, 100, 12, 4, 1_000, 0, 0, 200, 0],
    ["nothing used", 0, 100, 12, 1, 0, 1_000, 0, 100, 100],
  ])("%s", (_case, used, limit, cap, premium, burn, overestimation, penalty, tip, refund) => {
    const outputs = settle(used, limit, cap, premium);
    expect({
      burn: outputs.baseFeeBurn,
      overestimation: outputs.overEstimationBurn,
      penalty: outputs.penalty,
      tip: outputs.minerTip,
      refund: outputs.refund,
    }).toEqual({
      burn: BigInt(burn),
      overestimation: BigInt(overestimation),
      penalty: BigInt(penalty),
      tip: BigInt(tip),
      refund: BigInt(refund),
    });
  });

  test("add up to what was paid in", () => {
    const { baseFeeBurn, overEstimationBurn, minerTip, refund } = settle(12_345, 99_999, 17, 3);
    expect(baseFeeBurn + overEstimationBurn + minerTip + refund).toBe(17n * 99_999n);
  });
});
