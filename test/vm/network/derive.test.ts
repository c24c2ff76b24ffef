/** Network versions of one's own: what they are made of, and what is refused. */
import { describe, expect, test } from "vitest";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { native } from "../../../src/native/index.js";
import { gas, type PriceList } from "../../../src/vm/gas/price-list.js";
import { nativeKernel, nativeNetwork } from "../../../src/vm/machine/native-stack.js";
import { deriveNetwork, type NetworkChanges } from "../../../src/vm/network/derive.js";
import {
  isNetworkVersion,
  type NetworkVersion,
  networkVersion,
  type Redirect,
} from "../../../src/vm/network/version.js";
import { defineSyscall } from "../../../src/vm/syscalls/custom.js";
import { idle } from "../../support/plain-network.js";

const code = (name: string): Cid => native.cidOf(0x55, name);
const syscall = defineSyscall({ name: "my.call", params: [], result: "none", handle() {} });

describe("a derived network", () => {
  const changes: NetworkChanges = {
    name: "mine",
    maxCallDepth: 2000,
    maxMemoryBytes: 65_536,
    maxStackMemoryBytes: 2 ** 20,
    maxTableElements: 7,
    maxWasmStack: 100,
    maxBlockBytes: 5000,
    actorDebugging: true,
    redirects: new Map([[code("a"), code("b")]]),
    prices: { verifySeal: gas(1), syscall: 5, instruction: 6 },
    syscalls: [syscall],
  };
  const base = networkVersion(24);
  const derived = deriveNetwork(base, changes);

  test("has the changes, and all else of its base", () => {
    expect(derived).toEqual({
      ...base,
      ...{ name: "mine", prices: "Watermelon, changed" },
      ...{ maxMemoryBytes: 65_536, maxStackMemoryBytes: 2 ** 20, maxTableElements: 7, maxWasmStack: 100 },
      actorDebugging: true,
      redirects: [[code("a"), code("b")]],
      priceList: { ...base.priceList, verifySeal: 1000, syscall: 5, instruction: 6 },
      nativePrices: { ...base.nativePrices, syscall: 5 },
      rules: {
        ...base.rules,
        native: { ...base.rules.native, maxBlockBytes: 5000 },
        calls: { ...base.rules.calls, maxCallDepth: 2000 },
      },
      engine: {
        ...base.engine,
        ...{ maxMemoryBytes: 65_536, maxTableElements: 7, maxWasmStack: 100, instructionCost: 6 },
      },
      syscalls: {
        syscalls: [...base.syscalls.syscalls, expect.objectContaining({ custom: syscall })],
        debugging: [...base.syscalls.debugging, expect.objectContaining({ custom: syscall })],
      },
    });
  });

  test("leaves its base as it was", () => {
    expect(base.rules.calls.maxCallDepth).toBe(1024);
    expect(base.syscalls.syscalls.some(({ custom }) => custom !== undefined)).toBe(false);
    expect(base).toBe(networkVersion(24));
  });

  test("is a network version, and frozen throughout", () => {
    expect(isNetworkVersion(derived)).toBe(true);
    const { verifyAggregateSeals } = deriveNetwork(28, {
      prices: { verifyAggregateSeals: new Map([[8, { perProof: 1, steps: [{ from: 1, price: 2 }] }]]) },
    }).priceList;
    for (const part of [
      derived,
      ...Object.values(derived),
      ...Object.values(derived.rules),
      ...derived.syscalls.syscalls,
      ...derived.redirects,
      ...verifyAggregateSeals.values(),
      verifyAggregateSeals.get(8)?.steps[0],
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test("is made of copies", () => {
    const redirects: [Cid, Cid][] = [[code("a"), code("b")]];
    const verifyPost = { flat: 1, unit: 2 };
    const preloadedActors = [1];
    const own = deriveNetwork(28, { redirects, prices: { verifyPost, preloadedActors } });
    (redirects[0] as [Cid, Cid])[1] = code("c");
    verifyPost.flat = 7;
    preloadedActors.push(2);
    expect(own.redirects).toEqual([[code("a"), code("b")]]);
    expect(own.priceList).toMatchObject({ verifyPost: { flat: 1, unit: 2 }, preloadedActors: [1] });
  });

  test("may be derived from again: syscalls and prices are added, redirects replaced", () => {
    const again = deriveNetwork(derived, {
      prices: { verifySeal: 7 },
      redirects: [[code("b"), code("c")]],
      syscalls: [],
    });
    expect(again).toEqual({
      ...derived,
      prices: "Watermelon, changed",
      priceList: { ...derived.priceList, verifySeal: 7 },
      redirects: [[code("b"), code("c")]],
    });
    expect(deriveNetwork(derived, { redirects: [] }).redirects).toEqual([]);
  });

  test("without changes is another object that says the same", () => {
    expect(deriveNetwork(28, {})).toEqual(networkVersion(28));
    expect(deriveNetwork(28, {})).not.toBe(networkVersion(28));
  });
});

describe("the native side", () => {
  const kernel = (network: NetworkVersion) => nativeKernel(network, network.syscalls.syscalls);
  const base = networkVersion(28);

  test.each<[string, NetworkChanges]>([
    ["a name", { name: "mine" }],
    ["a call depth", { maxCallDepth: 2000 }],
    ["redirects", { redirects: [[code("a"), code("b")]] }],
    ["debugging", { actorDebugging: true }],
    ["a price of TypeScript's", { prices: { verifySeal: 5 } }],
    ["prices that are the same", { prices: { syscall: base.priceList.syscall } }],
  ])("is shared where only this changes: %s", (_, changes) => {
    const derived = deriveNetwork(28, changes);
    expect(nativeNetwork(derived).engine).toBe(nativeNetwork(base).engine);
    expect(kernel(derived)).toBe(kernel(base));
  });

  test.each<[string, NetworkChanges]>([
    ["a price of C++", { prices: { syscall: 5 } }],
    ["the size of blocks", { maxBlockBytes: 5 }],
    ["the memory of all instances", { maxStackMemoryBytes: 2 ** 20 }],
    ["syscalls", { syscalls: [syscall] }],
  ])("has an engine in common where only this changes: %s", (_, changes) => {
    const [one, other] = [deriveNetwork(28, changes), deriveNetwork(28, changes)];
    expect(kernel(one)).not.toBe(kernel(base));
    expect(nativeNetwork(one).tag).toBe(nativeNetwork(base).tag);
    // Code that one of them has compiled is there for the other.
    expect(one.engine).toEqual(base.engine);
    expect(nativeNetwork(other).engine).toBe(nativeNetwork(one).engine);
  });

  test.each<[string, NetworkChanges]>([
    ["the price of instructions", { prices: { instruction: 5 } }],
    ["the price of memory", { prices: { memoryPerByte: 5 } }],
    ["the memory of an instance", { maxMemoryBytes: 65_536 }],
    ["tables", { maxTableElements: 5 }],
    ["the Wasm stack", { maxWasmStack: 100 }],
  ])("is another one, with code of its own, where this changes: %s", async (_, changes) => {
    const [one, other] = [deriveNetwork(28, changes), deriveNetwork(28, changes)];
    const wasm = await idle();
    const cid = native.cidOf(0x55, wasm);
    expect(nativeNetwork(one).tag).not.toBe(nativeNetwork(base).tag);
    expect(nativeNetwork(other).tag).toBe(nativeNetwork(one).tag);
    expect(kernel(other)).toBe(kernel(one));
    nativeNetwork(one).engine.load(cid, wasm);
    expect(nativeNetwork(base).engine.has(cid)).toBe(false);
    // Code that was compiled for one price is not taken for another.
    const artifact = nativeNetwork(one).engine.artifact(cid) as Uint8Array;
    expect(nativeNetwork(base).engine.restore(cid, artifact)).toBe(false);
  });
});

const refusal = (option: string) =>
  expect.objectContaining({
    code: "INVALID_OPTION",
    details: { option, reason: expect.stringMatching(/./) },
  });

describe("refused", () => {
  test.each<[keyof NetworkChanges, unknown]>([
    ["name", ""],
    ["name", 5],
    ["maxCallDepth", 0],
    ["maxCallDepth", -1],
    ["maxCallDepth", 1.5],
    ["maxCallDepth", 4097],
    ["maxCallDepth", Number.NaN],
    ["maxCallDepth", Number.POSITIVE_INFINITY],
    ["maxCallDepth", "100"],
    ["maxCallDepth", 100n],
    ["maxCallDepth", null],
    ["maxMemoryBytes", 0],
    ["maxMemoryBytes", 65_535],
    ["maxMemoryBytes", 65_537],
    ["maxMemoryBytes", 2 ** 32 + 65_536],
    ["maxStackMemoryBytes", 0],
    ["maxStackMemoryBytes", 2 ** 40 + 1],
    ["maxTableElements", 0],
    ["maxTableElements", 10_000_001],
    ["maxWasmStack", 15],
    ["maxWasmStack", 65_537],
    ["maxBlockBytes", 0],
    ["maxBlockBytes", 2 ** 30 + 1],
    ["actorDebugging", 1],
    ["redirects", 7],
    ["redirects", null],
    ["redirects", { [code("a")]: code("b") }],
    ["prices", 7],
    ["prices", null],
    ["syscalls", syscall],
  ])("%s: %o", (option, value) => {
    expect(() => deriveNetwork(28, { [option]: value })).toThrow(refusal(option));
  });

  test("options that do not exist", () => {
    const changes = { maxCalldepth: 5 } as NetworkChanges;
    expect(() => deriveNetwork(28, changes)).toThrow(refusal("maxCalldepth"));
    const inherited = { toString: () => "" } as NetworkChanges;
    expect(() => deriveNetwork(28, inherited)).toThrow(refusal("toString"));
  });

  test.each<[string, unknown]>([
    ["a text", "28"],
    ["an object that looks like one", { ...networkVersion(28) }],
    ["nothing", undefined],
  ])("a base that is %s", (_, base) => {
    expect(() => deriveNetwork(base as number, {})).toThrow(refusal("base"));
  });

  test("a version that does not exist", () => {
    expect(() => deriveNetwork(15, {})).toThrow(expect.objectContaining({ code: "UNKNOWN_NETWORK_VERSION" }));
  });

  test.each([undefined, null, 7])("changes that are none: %o", (changes) => {
    expect(() => deriveNetwork(28, changes as unknown as NetworkChanges)).toThrow(refusal("options"));
  });

  test("what cannot be read", () => {
    const loud = () => {
      throw new Error("no");
    };
    const loudly = (name: string) => Object.defineProperty({}, name, { get: loud, enumerable: true });
    expect(() => deriveNetwork(28, loudly("name"))).toThrow(refusal("name"));
    expect(() => deriveNetwork(28, { prices: loudly("syscall") })).toThrow(refusal("prices.syscall"));
    expect(() => deriveNetwork(28, new Proxy({}, { ownKeys: loud }))).toThrow(refusal("options"));
    const redirects = { [Symbol.iterator]: loud } as unknown as Iterable<Redirect>;
    expect(() => deriveNetwork(28, { redirects })).toThrow(refusal("redirects"));
  });

  test.each<[string, unknown]>([
    ["no pair", [code("a")]],
    ["one", [[code("a")]]],
    ["three", [[code("a"), code("b"), code("c")]]],
    ["texts", [[cidText(code("a")), cidText(code("b"))]]],
    ["a CID to nothing", [[code("a"), undefined]]],
  ])("a redirect of %s", (_, redirects) => {
    expect(() => deriveNetwork(28, { redirects: redirects as Redirect[] })).toThrow(refusal("redirects[0]"));
  });

  test("two redirects of one code", () => {
    const redirects: Redirect[] = [
      [code("a"), code("b")],
      [code("a"), code("c")],
    ];
    expect(() => deriveNetwork(28, { redirects })).toThrow(refusal("redirects[1]"));
  });
});

describe("prices", () => {
  const published = networkVersion(28).priceList;

  test.each(Object.keys(published) as (keyof PriceList)[])(
    "%s may be given as it is, and not as text",
    (name) => {
      const prices = { [name]: published[name] };
      expect(deriveNetwork(28, { prices }).priceList).toEqual(published);
      expect(() => deriveNetwork(28, { prices: { [name]: "1000" } })).toThrow("INVALID_OPTION");
      expect(() => deriveNetwork(28, { prices: { [name]: null } })).toThrow(refusal(`prices.${name}`));
    },
  );

  test.each<[string, object]>([
    ["prices.verifySeal", { verifySeal: -1 }],
    ["prices.verifySeal", { verifySeal: 0.5 }],
    ["prices.verifySeal", { verifySeal: 10 ** 15 + 1 }],
    ["prices.verifySeal", { verifySeal: 5n }],
    ["prices.verifySeal", { verifySeal: { flat: 1, unit: 1 } }],
    ["prices.verifySeel", { verifySeel: 1 }],
    ["prices.toString", { toString: 1 }],
    ["prices.instruction", { instruction: 0 }],
    ["prices.instruction", { instruction: 2 ** 32 }],
    ["prices.memoryPerByte", { memoryPerByte: 65_536 }],
    ["prices.verifyPost", { verifyPost: 5 }],
    ["prices.verifyPost.unit", { verifyPost: { flat: 5 } }],
    ["prices.verifyPost.flat", { verifyPost: { flat: -5, unit: 1 } }],
    ["prices.verifyPost.perByte", { verifyPost: { flat: 5, unit: 1, perByte: 1 } }],
    ["prices.actorCreate.other", { actorCreate: { compute: 1, other: Number.NaN } }],
    ["prices.preloadedActors", { preloadedActors: new Set([1]) }],
    ["prices.preloadedActors[1]", { preloadedActors: [1, -1] }],
    ["prices.verifyAggregateSeals", { verifyAggregateSeals: { 8: { perProof: 1, steps: [] } } }],
    ["prices.verifyAggregateSeals", { verifyAggregateSeals: new Map([["8", { perProof: 1, steps: [] }]]) }],
    ["prices.verifyAggregateSeals[8]", { verifyAggregateSeals: new Map([[8, undefined]]) }],
    ["prices.verifyAggregateSeals[8].perProof", { verifyAggregateSeals: new Map([[8, { steps: [] }]]) }],
    ["prices.verifyAggregateSeals[8].steps", { verifyAggregateSeals: new Map([[8, { perProof: 1 }]]) }],
    [
      "prices.verifyAggregateSeals[8].steps[0].price",
      { verifyAggregateSeals: new Map([[8, { perProof: 1, steps: [{ from: 1, price: -1 }] }]]) },
    ],
    [
      "prices.verifyAggregateSeals[8].steps",
      {
        verifyAggregateSeals: new Map([
          [
            8,
            {
              perProof: 1,
              steps: [
                { from: 5, price: 1 },
                { from: 5, price: 2 },
              ],
            },
          ],
        ]),
      },
    ],
  ])("%s: %o", (option, prices) => {
    expect(() => deriveNetwork(28, { prices })).toThrow(refusal(option));
  });

  test("are negative where the published ones are", () => {
    const prices = { sendInvokeMethod: -1, actorDelete: -1 };
    expect(deriveNetwork(17, { prices }).priceList).toMatchObject(prices);
    expect(() => deriveNetwork(18, { prices })).toThrow(refusal("prices.sendInvokeMethod"));
    expect(() => deriveNetwork(17, { prices: { sendBase: -1 } })).toThrow(refusal("prices.sendBase"));
  });

  test("of aggregates are added by type", () => {
    const price = { perProof: 1, steps: [{ from: 2, price: 3 }] };
    const { verifyAggregateSeals } = deriveNetwork(28, {
      prices: { verifyAggregateSeals: new Map([[9, price]]) },
    }).priceList;
    expect(verifyAggregateSeals).toEqual(new Map([...published.verifyAggregateSeals, [9, price]]));
  });

  test("that are undefined stay", () => {
    const prices = { verifySeal: undefined } as unknown as PriceList;
    expect(deriveNetwork(28, { prices }).priceList).toEqual(published);
  });
});
