import { describe, expect, test } from "vitest";
import { isFvmError } from "../../../src/errors.js";
import { NEWEST_VERSION, networkVersion, OLDEST_VERSION } from "../../../src/vm/network/version.js";

const MIB = 1 << 20;

describe("network versions", () => {
  test.each([
    // version, name, actors, generation: 2, 3 or 4 as the reference's major version
    [16, "Skyr", 8, 2],
    [17, "Shark", 9, 2],
    [18, "Hygge", 10, 3],
    [19, "Lightning", 11, 3],
    [20, "Thunder", 11, 3],
    [21, "Watermelon", 12, 4],
    [22, "Dragon", 13, 4],
    [23, "Waffle", 14, 4],
    [24, "TukTuk", 15, 4],
    [25, "Teep", 16, 4],
    [26, "Tock", 16, 4],
    [27, "GoldenWeek", 17, 4],
    [28, "FireHorse", 18, 4],
  ])("%i is %s with actors v%i", (version, name, actorsVersion, generation) => {
    const network = networkVersion(version);
    expect(network).toMatchObject({ version, name, actorsVersion });
    expect(network.engine.instrumentation).toBe(generation === 2 ? "legacy" : "current");
    expect(network.rules.native.trackLinks).toBe(generation === 4);
    expect(network.rules.calls.depthRefusalLeavesGasLimit).toBe(generation === 3);
    expect(network.rules.calls.maxCallDepth).toBe(generation === 2 ? 1025 : 1024);
  });

  test("29 is experimental", () => {
    expect(networkVersion(29, { experimental: true })).toMatchObject({ version: 29, actorsVersion: 19 });
    expect(networkVersion(29, { experimental: true }).priceList).toBe(networkVersion(28).priceList);
  });

  test.each([
    [15, {}],
    [29, {}],
    [30, { experimental: true }],
    [0, {}],
    [-1, {}],
    [16.5, {}],
    [Number.NaN, {}],
  ])("%s is refused", (version, options) => {
    try {
      networkVersion(version, options);
    } catch (error) {
      expect(isFvmError(error, "UNKNOWN_NETWORK_VERSION")).toBe(true);
      return;
    }
    expect.unreachable();
  });

  test("the range that chains run", () => {
    expect([OLDEST_VERSION, NEWEST_VERSION]).toEqual([16, 28]);
  });

  test.each([
    [16, 0, 0, 0],
    [17, 0, 0, 0],
    [18, 512 * MIB, 20_000, 2048 * MIB],
    [28, 512 * MIB, 20_000, 2048 * MIB],
  ])("%i limits memory and tables", (version, maxMemoryBytes, maxTableElements, maxStackMemoryBytes) => {
    const network = networkVersion(version);
    expect(network.engine).toMatchObject({ maxWasmStack: 2048, maxMemoryBytes, maxTableElements });
    expect(network.maxStackMemoryBytes).toBe(maxStackMemoryBytes);
  });

  test.each([
    [17, 4_000, 0, 0, 0],
    [18, 4_000, 26_214_400, 400, 3_200],
    [28, 4_000, 26_214_400, 400, 3_200],
  ])("%i prices instructions, pages, bytes and elements", (version, ...prices) => {
    const { instructionCost, memoryGrowPerPage, memoryPerByte, tablePerElement } =
      networkVersion(version).engine;
    expect([instructionCost, memoryGrowPerPage, memoryPerByte, tablePerElement]).toEqual(prices);
  });

  test("engines are the same from 18 on, so code is compiled once", () => {
    for (let version = 19; version <= 28; version++) {
      expect(networkVersion(version).engine).toEqual(networkVersion(18).engine);
    }
  });
});

describe("rules of the generations", () => {
  const generations = [17, 20, 28].map((version) => networkVersion(version).rules);

  test.each([
    ["trackLinks", false, false, true],
    ["dagCborOnly", true, false, false],
    ["maxBlockBytes", 0, MIB, MIB],
    ["hashChargedFirst", true, false, false],
    ["signedGasCharge", true, false, false],
    ["namesFreeCharges", false, true, true],
    ["gasMarkMovesOnCharge", true, false, false],
    ["chargesInstantiation", false, true, true],
    ["instantiationFailureFatal", true, false, false],
    ["missingInvokeFatal", true, true, false],
    ["exitZeroRefused", true, false, false],
  ] as const)("C++: %s", (rule, ...expected) => {
    expect(generations.map(({ native }) => native[rule])).toEqual(expected);
  });

  test.each([
    ["senderMayBeEthAccount", false, true, true],
    ["executorChargesReturn", true, false, false],
    ["receiptHasEventsRoot", false, true, true],
  ] as const)("executor: %s", (rule, ...expected) => {
    expect(generations.map(({ executor }) => executor[rule])).toEqual(expected);
  });

  test("codecs of parameters", () => {
    expect(generations.map(({ executor }) => executor.paramsCodec)).toEqual([
      { send: 0x71, invoke: 0x71 },
      { send: 0x55, invoke: 0x51 },
      { send: 0x55, invoke: 0x51 },
    ]);
    expect(generations.map(({ calls }) => calls.constructorCodec)).toEqual([0x71, 0x51, 0x51]);
  });

  test.each([
    ["chargesStateAccess", false, true, true],
    ["chargesSendFirst", true, false, false],
    ["chargesCreationFirst", true, false, false],
    ["createsPlaceholders", false, true, true],
    ["failureCarriesData", false, true, true],
    ["chargesNestedReturns", false, false, true],
    ["loadsUnlistedCode", false, true, true],
  ] as const)("calls: %s", (rule, ...expected) => {
    expect(generations.map(({ calls }) => calls[rule])).toEqual(expected);
  });

  test("state", () => {
    expect(generations.map(({ state }) => state)).toEqual([
      { treeVersions: [3, 4], flushLinks: "legacy", delegatedAddresses: false },
      { treeVersions: [5], flushLinks: "current", delegatedAddresses: true },
      { treeVersions: [5], flushLinks: "current", delegatedAddresses: true },
    ]);
  });

  test("syscalls", () => {
    expect(generations.map(({ kernel }) => kernel)).toEqual([
      {
        tipsetLookbackLimit: undefined,
        maxSealProof: 9,
        chargesBatchedSeals: false,
        windowPost: { firstTypes: [5], calibnetV1Until: undefined },
        events: { entries: 0, keyLength: 0, valuesLength: 0, encodedLength: 0 },
      },
      {
        tipsetLookbackLimit: 900,
        maxSealProof: 14,
        chargesBatchedSeals: true,
        windowPost: { firstTypes: [5, 10], calibnetV1Until: 498_691 },
        events: { entries: 256, keyLength: 32, valuesLength: 8192, encodedLength: 1_048_576 },
      },
      {
        tipsetLookbackLimit: undefined,
        maxSealProof: 19,
        chargesBatchedSeals: true,
        windowPost: { firstTypes: [10], calibnetV1Until: undefined },
        events: { entries: 255, keyLength: 31, valuesLength: 8192, encodedLength: 1_048_576 },
      },
    ]);
  });

  test("traces", () => {
    expect(generations.map(({ trace }) => trace)).toEqual([
      {
        legacyFrames: true,
        invokesConstructors: false,
        listsBlocksAndLogs: false,
        backtraceOfConstructors: true,
      },
      {
        legacyFrames: false,
        invokesConstructors: true,
        listsBlocksAndLogs: false,
        backtraceOfConstructors: true,
      },
      {
        legacyFrames: false,
        invokesConstructors: false,
        listsBlocksAndLogs: true,
        backtraceOfConstructors: false,
      },
    ]);
  });
});
