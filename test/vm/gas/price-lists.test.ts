import { describe, expect, test } from "vitest";
import { nativePrices } from "../../../src/vm/gas/native-prices.js";
import type { PriceList } from "../../../src/vm/gas/price-list.js";
import { hygge, skyr, teep, watermelon } from "../../../src/vm/gas/price-lists.js";
import { networkVersion } from "../../../src/vm/network/version.js";

/** Whole gas in milligas. */
const g = (gas: number) => gas * 1000;

/** Each field in the four lists: network versions 16 and 17, 18 to 20, 21 to 24, from 25 on. */
const fields: readonly [keyof PriceList, unknown, unknown, unknown, unknown][] = [
  ["messageCompute", g(38_863), g(38_863), g(38_863), g(38_863)],
  ["messageStorage", ...same({ flat: g(46_800), unit: g(1_300) })],
  ["returnStorage", ...same(g(1_300))],
  ["sendBase", g(29_233), 0, 0, 0],
  ["sendTransferFunds", g(27_500), g(6_000), g(6_000), g(6_000)],
  ["sendTransferOnlyPremium", g(159_672), 0, 0, 0],
  ["sendInvokeMethod", g(-5_377), g(75_000), g(75_000), g(75_000)],
  ["actorLookup", 0, g(500_000), g(500_000), g(500_000)],
  ["actorUpdate", 0, g(475_000), g(475_000), g(475_000)],
  [
    "actorCreate",
    { compute: g(1_108_454), other: g(98_800) },
    { compute: 0, other: g(650_000) },
    { compute: 0, other: g(650_000) },
    { compute: 0, other: g(650_000) },
  ],
  ["actorDelete", g(-98_800), 0, 0, 0],
  ["addressLookup", 0, g(1_050_000), g(1_050_000), g(1_050_000)],
  ["addressAssignment", 0, g(1_000_000), g(1_000_000), g(1_000_000)],
  ["preloadedActors", [], ...three([0, 1, 2, 3, 4, 5, 6, 7, 10, 99])],
  ["verifySecp", { flat: g(1_637_292), unit: 0 }, ...three({ flat: g(1_637_292), unit: g(10) })],
  ["verifyBls", { flat: g(16_598_605), unit: 0 }, ...three({ flat: g(16_598_605), unit: g(26) })],
  ["recoverSecp", ...same(g(1_637_292))],
  ["blsPairing", 0, 0, g(8_299_302), g(8_299_302)],
  ["blsHashing", 0, 0, g(7), g(7)],
  ["hashing", g(31_355), 0, 0, 0],
  ["hashSha256", 0, ...three(g(7))],
  ["hashBlake2b256", 0, ...three(g(10))],
  ["hashBlake2b512", 0, ...three(g(10))],
  ["hashKeccak256", 0, ...three(g(33))],
  ["hashRipemd160", 0, ...three(g(35))],
  ["computeUnsealedSectorCid", ...same(g(98_647))],
  ["verifySeal", g(2_000), g(2_000), g(2_000), g(42_000_000)],
  ["verifyReplicaUpdate", ...same(g(36_316_136))],
  ["verifyPost", ...same({ flat: g(117_680_921), unit: g(43_780) })],
  ["verifyConsensusFault", { compute: g(516_422), other: 0 }, ...three({ compute: 0, other: g(516_422) })],
  [
    "randomness",
    { compute: g(21_000), other: 0 },
    { compute: 0, other: g(21_000) },
    { compute: 0, other: 0 },
    { compute: 0, other: 0 },
  ],
  ["randomnessPerByte", 0, g(10), 0, 0],
  ["tipsetCidLatest", 0, g(50_000), 0, 0],
  ["tipsetCidHistorical", 0, g(215_000), 0, 0],
  ["lookback", free(), free(), { flat: g(146_200), unit: g(75) }, { flat: g(146_200), unit: g(75) }],
  [
    "blockOpen",
    { compute: g(135_617), other: 0 },
    { compute: 0, other: g(187_440) },
    { compute: g(300), other: g(187_440) },
    { compute: g(300), other: g(187_440) },
  ],
  ["blockMemcpy", 500, 400, 400, 400],
  ["blockAllocate", 0, g(2), g(2), g(2)],
  ["blockRetention", g(10), 0, 0, 0],
  ["blockRetentionMinimum", 0, g(10), g(10), g(10)],
  [
    "blockLinkCompute",
    { flat: g(353_640), unit: g(1) },
    { flat: 0, unit: 12_400 },
    { flat: g(300), unit: 12_400 },
    { flat: g(300), unit: 12_400 },
  ],
  [
    "blockLinkStorage",
    { flat: 0, unit: g(1_300) },
    { flat: g(506_000), unit: g(3_340) },
    { flat: g(506_000), unit: g(3_340) },
    { flat: g(506_000), unit: g(3_340) },
  ],
  ["linkTracked", 0, 0, g(300), g(300)],
  ["linkChecked", 0, 0, g(300), g(300)],
  ["cborScanPerField", 0, 0, g(35), g(35)],
  ["cborScanPerCid", 0, 0, g(400), g(400)],
  ["eventValidation", free(), { flat: g(1_750), unit: g(25) }, free(), free()],
  ["eventEntries", free(), free(), { flat: g(2_000), unit: g(1_400) }, { flat: g(2_000), unit: g(1_400) }],
  ["utf8Validation", free(), free(), { flat: g(500), unit: g(16) }, { flat: g(500), unit: g(16) }],
  ["syscall", ...same(g(14_000))],
  ["instruction", ...same(g(4))],
  ["memoryPerByte", 0, 400, 400, 400],
];

describe("price lists", () => {
  test.each(fields)("%s", (field, ...expected) => {
    expect([skyr[field], hygge[field], watermelon[field], teep[field]]).toEqual(expected);
  });

  test("no field is left out", () => {
    const covered = [...fields.map(([field]) => field), "verifyAggregateSeals"].sort();
    expect(covered).toEqual(Object.keys(teep).sort());
  });

  test.each([
    [16, skyr],
    [17, skyr],
    [18, hygge],
    [19, hygge],
    [20, hygge],
    [21, watermelon],
    [22, watermelon],
    [23, watermelon],
    [24, watermelon],
    [25, teep],
    [26, teep],
    [27, teep],
    [28, teep],
    [29, teep],
  ])("network version %i", (version, list) => {
    expect(networkVersion(version, { experimental: true }).priceList).toBe(list);
  });

  test.each([
    ["interactive, 32 GiB", 8, 449_900, [4, 7, 13, 26, 52, 103, 205, 410], interactive32()],
    ["interactive, 64 GiB", 9, 359_272, [4, 7, 13, 26, 52, 103, 205, 410], interactive64()],
    ["non-interactive, 32 GiB", 18, 5_668_740, [1, 2, 3, 5, 9, 17, 33], interactive32().slice(1)],
    ["non-interactive, 64 GiB", 19, 4_526_928, [1, 2, 3, 5, 9, 17, 33], interactive64().slice(1)],
  ] as const)("aggregated seals: %s", (_name, type, perProof, starts, prices) => {
    const steps = starts.map((from, index) => ({ from, price: g(prices[index] ?? Number.NaN) }));
    expect(teep.verifyAggregateSeals.get(type)).toEqual({ perProof: g(perProof), steps });
  });

  test("aggregated seals with a price of their own", () => {
    const types = [skyr, hygge, watermelon, teep].map((list) => [...list.verifyAggregateSeals.keys()]);
    expect(types).toEqual([
      [8, 9],
      [8, 9],
      [8, 9],
      [8, 9, 18, 19],
    ]);
  });
});

describe("prices that C++ charges", () => {
  test.each([
    ["skyr", skyr, 135_617, 10.5, 0, 0, 0.5, 353_640, 1_301],
    ["hygge", hygge, 187_440, 2.4, 0, 10, 0.4, 506_000, 3_352.4],
    ["watermelon", watermelon, 187_740, 2.4, 300, 10, 0.4, 506_300, 3_352.4],
    ["teep", teep, 187_740, 2.4, 300, 10, 0.4, 506_300, 3_352.4],
  ] as const)("blocks: %s", (_name, list, base, perByte, perLink, least, read, linkBase, linkPerByte) => {
    expect(nativePrices(list)).toMatchObject({
      blockOpenBase: g(base),
      blockOpenPerByte: g(perByte),
      blockOpenPerLink: g(perLink),
      blockOpenMinPerByte: g(least),
      blockCreatePerByte: g(perByte),
      blockCreatePerLink: g(perLink),
      blockCreateMinPerByte: g(least),
      blockReadPerByte: g(read),
      blockLinkBase: g(linkBase),
      blockLinkPerByte: g(linkPerByte),
    });
  });

  test.each([
    ["skyr", skyr, 31_355, 0, 0, 0, 0, 0],
    ["teep", teep, 0, 7, 10, 10, 33, 35],
  ] as const)("hashes: %s", (_name, list, flat, sha256, blake256, blake512, keccak, ripemd) => {
    expect(nativePrices(list)).toMatchObject({
      hashFlat: g(flat),
      hashSha256PerByte: g(sha256),
      hashBlake2b256PerByte: g(blake256),
      hashBlake2b512PerByte: g(blake512),
      hashKeccak256PerByte: g(keccak),
      hashRipemd160PerByte: g(ripemd),
    });
  });

  test("the rest of the newest list", () => {
    expect(nativePrices(teep)).toMatchObject({
      syscall: g(14_000),
      memoryInitPerByte: 400,
      tableInitPerElement: 3_200,
      cborField: g(35),
      cborLink: g(400),
      verifySecpFlat: g(1_637_292),
      verifySecpPerByte: g(10),
      verifyBlsFlat: g(16_598_605),
      verifyBlsPerByte: g(26),
      recoverSecp: g(1_637_292),
      blsPairing: g(8_299_302),
      blsHashPerByte: g(7),
    });
  });

  test("a block of 10 bytes without links costs 100 gas to open or create", () => {
    for (const list of [hygge, watermelon, teep]) {
      const { blockOpenPerByte, blockOpenMinPerByte } = nativePrices(list);
      expect(Math.max(10 * blockOpenPerByte, 10 * blockOpenMinPerByte)).toBe(g(100));
    }
  });
});

function same<T>(value: T): [T, T, T, T] {
  return [value, value, value, value];
}

function three<T>(value: T): [T, T, T] {
  return [value, value, value];
}

function free() {
  return { flat: 0, unit: 0 };
}

function interactive32(): number[] {
  return [
    103_994_170, 112_356_810, 122_912_610, 137_559_930, 162_039_100, 210_960_780, 318_351_180, 528_274_980,
  ];
}

function interactive64(): number[] {
  return [
    102_581_240, 110_803_030, 120_803_700, 134_642_130, 157_357_890, 203_017_690, 304_253_590, 509_880_640,
  ];
}
