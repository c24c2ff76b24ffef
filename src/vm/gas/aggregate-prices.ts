import { type AggregatePrice, gas } from "./price-list.js";

/** FIP-0013: interactive proofs of 32 GiB sectors (V1P1). */
const interactive32: AggregatePrice = {
  perProof: gas(449_900),
  steps: [
    { from: 4, price: gas(103_994_170) },
    { from: 7, price: gas(112_356_810) },
    { from: 13, price: gas(122_912_610) },
    { from: 26, price: gas(137_559_930) },
    { from: 52, price: gas(162_039_100) },
    { from: 103, price: gas(210_960_780) },
    { from: 205, price: gas(318_351_180) },
    { from: 410, price: gas(528_274_980) },
  ],
};

/** FIP-0013: interactive proofs of 64 GiB sectors (V1P1). */
const interactive64: AggregatePrice = {
  perProof: gas(359_272),
  steps: [
    { from: 4, price: gas(102_581_240) },
    { from: 7, price: gas(110_803_030) },
    { from: 13, price: gas(120_803_700) },
    { from: 26, price: gas(134_642_130) },
    { from: 52, price: gas(157_357_890) },
    { from: 103, price: gas(203_017_690) },
    { from: 205, price: gas(304_253_590) },
    { from: 410, price: gas(509_880_640) },
  ],
};

/** A non-interactive proof is 126 circuits; interactive ones are 10. */
const CIRCUITS = 126;

/** FIP-0092: non-interactive proofs of 32 GiB sectors (V1P2). */
const nonInteractive32: AggregatePrice = {
  perProof: gas(44_990) * CIRCUITS,
  steps: [
    { from: 1, price: gas(112_356_810) },
    { from: 2, price: gas(122_912_610) },
    { from: 3, price: gas(137_559_930) },
    { from: 5, price: gas(162_039_100) },
    { from: 9, price: gas(210_960_780) },
    { from: 17, price: gas(318_351_180) },
    { from: 33, price: gas(528_274_980) },
  ],
};

/** FIP-0092: non-interactive proofs of 64 GiB sectors (V1P2). */
const nonInteractive64: AggregatePrice = {
  perProof: gas(35_928) * CIRCUITS,
  steps: [
    { from: 1, price: gas(110_803_030) },
    { from: 2, price: gas(120_803_700) },
    { from: 3, price: gas(134_642_130) },
    { from: 5, price: gas(157_357_890) },
    { from: 9, price: gas(203_017_690) },
    { from: 17, price: gas(304_253_590) },
    { from: 33, price: gas(509_880_640) },
  ],
};

/** By registered seal proof type. */
export const interactiveAggregates: ReadonlyMap<number, AggregatePrice> = new Map([
  [8, interactive32],
  [9, interactive64],
]);

export const nonInteractiveAggregates: ReadonlyMap<number, AggregatePrice> = new Map([
  [18, nonInteractive32],
  [19, nonInteractive64],
]);
