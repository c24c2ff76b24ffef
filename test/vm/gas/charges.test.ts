import { describe, expect, test } from "vitest";
import type { GasCharge } from "../../../src/vm/gas/charges.js";
import * as charges from "../../../src/vm/gas/charges.js";
import { hygge, skyr, teep, watermelon } from "../../../src/vm/gas/price-lists.js";

const MAX_U64 = 2n ** 64n - 1n;

/** A charge, its trace name, and computation and the rest in milligas. */
const cases: readonly [string, GasCharge, string, number | bigint, number | bigint][] = [
  ["message, v2", charges.onChainMessage(skyr, 100), "OnChainMessage", 38_863_000, 136 * 1_300_000],
  [
    "message, v4",
    charges.onChainMessage(teep, 100),
    "OnChainMessage",
    38_863_000,
    475_000_000 + 46_800_000 + 130_000_000,
  ],
  ["return on chain", charges.onChainReturnValue(teep, 7), "OnChainReturnValue", 0, 9_100_000],
  ["return, v2, nothing", charges.onChainReturnValue(skyr, 0), "OnChainReturnValue", 0, 0],
  ["nested return, v3", charges.onReturnValue(hygge, 3), "OnReturnValue", 0, 0],
  ["nested return, v4", charges.onReturnValue(teep, 3), "OnReturnValue", 900_000, 0],
  ["v2 call", charges.onSend(skyr, false, true), "OnMethodInvocation", 23_856_000, 0],
  ["v2 call with value", charges.onSend(skyr, true, true), "OnMethodInvocation", 51_356_000, 0],
  ["v2 value only", charges.onSend(skyr, true, false), "OnMethodInvocation", 216_405_000, 0],
  ["v2 nothing", charges.onSend(skyr, false, false), "OnMethodInvocation", 29_233_000, 0],
  ["call, v3", charges.onMethodInvocation(hygge, 9), "OnMethodInvocation", 75_000_000, 0],
  ["call, v4", charges.onMethodInvocation(watermelon, 2), "OnMethodInvocation", 75_600_000, 0],
  ["transfer", charges.onValueTransfer(hygge), "OnValueTransfer", 6_000_000, 0],
  ["create, v2", charges.onCreateActor(skyr, true), "OnCreateActor", 1_108_454_000, 98_800_000],
  ["create, no address", charges.onCreateActor(teep, false), "OnCreateActor", 0, 650_000_000],
  ["create with address", charges.onCreateActor(teep, true), "OnCreateActor", 0, 2_700_000_000],
  ["delete, v2", charges.onDeleteActor(skyr), "OnDeleteActor", 0, -98_800_000],
  ["delete", charges.onDeleteActor(teep), "OnDeleteActor", 0, 0],
  ["lookup", charges.onActorLookup(hygge), "OnActorLookup", 0, 500_000_000],
  ["update", charges.onActorUpdate(hygge), "OnActorUpdate", 0, 475_000_000],
  ["resolve", charges.onResolveAddress, "OnResolveAddress", 0, 0],
  ["delegated", charges.onLookupDelegatedAddress, "OnLookupAddress", 0, 0],
  ["code CID", charges.onGetActorCodeCid, "OnGetActorCodeCid", 0, 0],
  ["code of type", charges.onGetCodeCidForType, "OnGetCodeCidForType", 0, 0],
  ["own balance", charges.onSelfBalance, "OnSelfBalance", 0, 0],
  ["balance", charges.onBalanceOf, "OnBalanceOf", 0, 0],
  ["root, v4", charges.onGetRoot(teep), "OnActorGetRoot", 300_000, 0],
  ["new root, v4", charges.onSetRoot(teep), "OnActorSetRoot", 300_000, 0],
  ["open, v2", charges.onBlockOpenBase(skyr), "OnBlockOpenBase", 135_617_000, 0],
  ["open 30 bytes, v2", charges.onBlockOpenPerByte(skyr, 30), "OnBlockOpenPerByte", 315_000, 0],
  ["secp, v2", charges.onVerifySignature(skyr, "secp256k1", 99), "OnVerifySignature", 1_637_292_000, 0],
  ["secp, v3", charges.onVerifySignature(hygge, "secp256k1", 99), "OnVerifySignature", 1_638_282_000, 0],
  ["BLS, v3", charges.onVerifySignature(hygge, "bls", 10), "OnVerifySignature", 16_598_865_000, 0],
  ["unsealed", charges.onComputeUnsealedSectorCid(skyr), "OnComputeUnsealedSectorCid", 98_647_000, 0],
  ["seal, nv24", charges.onVerifySeal(watermelon), "OnVerifySeal", 2_000_000, 0],
  ["seal, nv25", charges.onVerifySeal(teep), "OnVerifySeal", 42_000_000_000, 0],
  ["update proof", charges.onVerifyReplicaUpdate(teep), "OnVerifyReplicaUpdate", 36_316_136_000, 0],
  ["PoSt", charges.onVerifyPost(teep, 3), "OnVerifyPost", 117_680_921_000 + 3 * 43_780_000, 0],
  ["fault, v2", charges.onVerifyConsensusFault(skyr), "OnVerifyConsensusFault", 516_422_000, 0],
  ["fault, v3", charges.onVerifyConsensusFault(hygge), "OnVerifyConsensusFault", 0, 516_422_000],
  ["drawn, v2", charges.onDrawRandomness(skyr, 40), "OnGetRandomness", 21_000_000, 0],
  ["drawn, v3", charges.onDrawRandomness(hygge, 40), "OnGetRandomness", 0, 21_880_000],
  ["randomness, v4", charges.onGetRandomness(teep, 10), "OnGetRandomness", 0, 146_950_000],
  ["randomness of now", charges.onGetRandomness(teep, 0), "OnGetRandomness", 0, 146_200_000],
  ["randomness of the future", charges.onGetRandomness(teep, MAX_U64), "OnGetRandomness", 0, MAX_U64],
  [
    "randomness of long ago",
    charges.onGetRandomness(teep, 2n ** 46n),
    "OnGetRandomness",
    0,
    2n ** 46n * 75_000n + 146_200_000n,
  ],
  ["tipset before, v3", charges.onTipsetCid(hygge, 1), "OnTipsetCid", 0, 50_000_000],
  ["older tipset, v3", charges.onTipsetCid(hygge, 2), "OnTipsetCid", 0, 215_000_000],
  ["tipset, v4", charges.onTipsetCid(teep, 1), "OnTipsetCid", 0, 146_275_000],
  ["event in, v3", charges.onActorEventValidate(hygge, 50), "OnActorEventValidate", 3_120_000, 0],
  ["event kept, v3", charges.onActorEventAccept(hygge, 50), "OnActorEventAccept", 148_800, 793_600],
  [
    "event, v4",
    charges.onActorEvent(teep, 2, 5, 30),
    "OnActorEvent",
    2 * 2_400 * 65 + 2_000_000 + 2_800_000 + 500_000 + 80_000,
    10_000 * 65 + 2_400 * 65,
  ],
  ["implicit message", charges.NO_INCLUSION, "none", 0, 0],
];

test.each(cases)("%s", (_case, charge, name, compute, other) => {
  expect(charge).toEqual({ name, compute, other });
});

describe("aggregated seals, gas", () => {
  test.each([
    ["below the first step", watermelon, 8, 3, 3 * 449_900],
    ["of 4, 32 GiB", watermelon, 8, 4, 4 * 449_900 + 103_994_170],
    ["of 6, the same step", watermelon, 8, 6, 6 * 449_900 + 103_994_170],
    ["of 7, 64 GiB", watermelon, 9, 7, 7 * 359_272 + 110_803_030],
    ["of 819, the last step", watermelon, 8, 819, 819 * 449_900 + 528_274_980],
    ["none", watermelon, 8, 0, 0],
    ["synthetic 64 GiB, as 32 GiB", watermelon, 14, 4, 4 * 449_900 + 103_994_170],
    ["unknown type, as 32 GiB", watermelon, 2n ** 60n, 1, 449_900],
    ["non-interactive before nv25, as 32 GiB", watermelon, 19, 1, 449_900],
    ["non-interactive 32 GiB", teep, 18, 1, 118_025_550],
    ["non-interactive 64 GiB", teep, 19, 1, 115_329_958],
    ["4 non-interactive", teep, 18, 4, 4 * 5_668_740 + 137_559_930],
    ["65 non-interactive", teep, 19, 65, 65 * 4_526_928 + 509_880_640],
  ] as const)("%s", (_case, prices, type, count, gas) => {
    const { name, compute } = charges.onVerifyAggregateSeals(prices, type, count);
    expect({ name, compute }).toEqual({ name: "OnVerifyAggregateSeals", compute: gas * 1000 });
  });
});
