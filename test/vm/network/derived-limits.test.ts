/** Effects of a derived network's limits, prices and debugging on an actor. */
import { decode, encode } from "@ipld/dag-cbor";
import { describe, expect, test } from "vitest";
import { deriveNetwork, type NetworkChanges } from "../../../src/vm/network/derive.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { actorOf, keep, OneActor, words } from "../../support/one-actor.js";

const PAGE = 65_536;
const LIMIT_EXCEEDED = 3;
const derive = (changes: NetworkChanges, base = 28) => deriveNetwork(base, changes);

describe("call depth", async () => {
  const net = await TestNet.create();
  const descend = async (maxCallDepth: number, depth: number) => {
    const chain = await TestChain.on(net, { network: derive({ maxCallDepth }) });
    const { receipt } = await chain.send({ to: net.id("caller"), method: 3, params: encode(depth) });
    chain.close();
    expect(receipt.exitCode).toBe(0);
    return decode(receipt.returnData);
  };

  test.each([1, 2, 100, 2000, 4096])("%i calls are open at most", async (maxCallDepth) => {
    expect(await descend(maxCallDepth, maxCallDepth - 1)).toEqual([maxCallDepth - 1, 0]);
    expect(await descend(maxCallDepth, maxCallDepth)).toEqual([maxCallDepth - 1, LIMIT_EXCEEDED]);
  });

  // Each open call has up to nine mappings, and Linux allows a process 65,530 by default: see docs/configuration.md.
  test("two full, deep call stacks at once", async () => {
    const network = derive({ maxCallDepth: 3000 });
    const message = { to: net.id("caller"), method: 3, params: encode(2999) };
    const other = await TestChain.on(net, { network });
    const inner: unknown[] = [];
    const log = () => void inner.push(other.machine.executeSync(other.message(message)).receipt.exitCode);
    const outer = await TestChain.on(net, { network, debug: { log } });
    expect((await outer.send(message)).receipt.exitCode).toBe(0);
    expect(inner).toEqual([0]);
    outer.close();
    other.close();
  });
});

describe("memory", async () => {
  const grower = await OneActor.of({
    more: "(table $t 5 funcref)",
    body: [
      keep(0, "(memory.grow (i32.const 2))"),
      keep(1, "(memory.grow (i32.const 1))"),
      keep(2, "(table.grow $t (table.get $t (i32.const 0)) (i32.const 5))"),
      keep(3, "(table.grow $t (table.get $t (i32.const 0)) (i32.const 1))"),
    ].join("\n"),
    returns: 16,
  });

  test.each<[NetworkChanges, number[]]>([
    [{}, [1, 3, 5, 10]],
    [{ maxMemoryBytes: 4 * PAGE }, [1, 3, 5, 10]],
    [{ maxMemoryBytes: 3 * PAGE }, [1, -1, 5, 10]],
    [{ maxMemoryBytes: PAGE }, [-1, -1, 5, 10]],
    // The table's 5 elements count as 40 bytes from the start.
    [{ maxStackMemoryBytes: 4 * PAGE + 88 }, [1, 3, 5, 10]],
    [{ maxStackMemoryBytes: 4 * PAGE + 87 }, [1, 3, 5, -1]],
    [{ maxStackMemoryBytes: 4 * PAGE + 39 }, [1, -1, 5, 10]],
    [{ maxTableElements: 11 }, [1, 3, 5, 10]],
    [{ maxTableElements: 10 }, [1, 3, 5, -1]],
    [{ maxTableElements: 5 }, [1, 3, -1, -1]],
  ])("%o", async (changes, expected) => {
    expect(words(await grower.call(derive(changes)))).toEqual(expected);
  });

  test("an instance that is too large does not begin", async () => {
    expect((await grower.call(derive({ maxStackMemoryBytes: PAGE }))).receipt.exitCode).toBe(4);
    expect((await grower.call(derive({ maxTableElements: 4 }))).receipt.exitCode).toBe(10);
    const large = await OneActor.of({ pages: 3, body: "" });
    expect((await large.call(derive({ maxMemoryBytes: 3 * PAGE }))).receipt.exitCode).toBe(0);
    expect((await large.call(derive({ maxMemoryBytes: 2 * PAGE }))).receipt.exitCode).toBe(10);
  });

  test("all of 4 GiB", async () => {
    const all = await OneActor.of({
      body: [
        keep(0, "(memory.grow (i32.const 65535))"),
        "(i32.store (i32.const 0xfffffffc) (i32.const 7))",
        keep(1, "(i32.load (i32.const 0xfffffffc))"),
        keep(2, "(memory.grow (i32.const 1))"),
      ].join("\n"),
      returns: 12,
    });
    const network = derive({
      maxMemoryBytes: 2 ** 32,
      maxStackMemoryBytes: 2 ** 33,
      prices: { memoryPerByte: 0 },
    });
    expect(words(await all.call(network))).toEqual([1, 7, -1]);
  });
});

describe("the Wasm stack", () => {
  /** Levels of a function that calls itself until the stack is full. */
  const levels = async (maxWasmStack: number, locals: string, depth: number) => {
    const actor = await OneActor.of({
      more: `(func $f (param $n i32) (result i32) ${locals}
        (if (result i32) (i32.eqz (local.get $n)) (then (i32.const 0))
          (else (i32.add (i32.const 1) (call $f (i32.sub (local.get $n) (i32.const 1)))))))`,
      body: keep(0, `(call $f (i32.const ${depth}))`),
      returns: 4,
    });
    return (await actor.call(derive({ maxWasmStack }))).receipt.exitCode;
  };

  test.each(["", `(local ${"i64 ".repeat(50)})`])("is as deep as it may be: locals %s", async (locals) => {
    const deepest = async (limit: number): Promise<number> => {
      let [fits, fails] = [0, limit];
      while (fails - fits > 1) {
        const middle = (fits + fails) >> 1;
        if ((await levels(limit, locals, middle)) === 0) fits = middle;
        else fails = middle;
      }
      return fits;
    };
    const [small, double] = [await deepest(1024), await deepest(2048)];
    const perLevel = Math.round(1024 / (double - small));
    expect(perLevel).toBeGreaterThan(1);
    // The limit in elements holds, not that of the fiber, which would end a call earlier.
    const most = double + Math.floor((65_536 - 2048) / perLevel);
    expect(await levels(65_536, locals, Math.floor(most * 0.99))).toBe(0);
    expect(await levels(65_536, locals, Math.ceil(most * 1.01))).toBe(4);
  });
});

test("the size of blocks", async () => {
  const actor = await OneActor.of({
    body: keep(0, "(call $create (i32.const 0) (i64.const 0x55) (i32.const 0) (i32.const 100))"),
    returns: 4,
  });
  expect(words(await actor.call(derive({ maxBlockBytes: 100 })))).toEqual([0]);
  expect(words(await actor.call(derive({ maxBlockBytes: 99 })))).toEqual([LIMIT_EXCEEDED]);
});

describe("prices, to the unit", async () => {
  const actor = await OneActor.of({
    body: keep(0, "(memory.grow (i32.const 2))"),
    returns: 4,
  });
  const used = async (prices: NetworkChanges["prices"], base = 28) =>
    Number((await actor.call(derive(prices === undefined ? {} : { prices }, base))).receipt.gasUsed);
  const published = networkVersion(28).priceList;

  test("nothing changed is as published", async () => {
    expect(await used({})).toBe(Number((await actor.call(28)).receipt.gasUsed));
  });

  test.each<[string, NetworkChanges["prices"], number]>([
    ["of a call", { sendInvokeMethod: published.sendInvokeMethod + 7000 }, 7],
    ["of the message", { messageCompute: published.messageCompute - 9000 }, -9],
    ["of bytes on chain", { returnStorage: published.returnStorage + 1000 }, 4],
    ["of a syscall, in C++", { syscall: published.syscall + 3000 }, 3],
    ["of memory, in C++ and in compiled code", { memoryPerByte: published.memoryPerByte + 1000 }, 3 * PAGE],
  ])("%s", async (_, prices, difference) => {
    expect((await used(prices)) - (await used({}))).toBe(difference);
  });

  test("of instructions, and none for memory", async () => {
    const at = (instruction: number) => used({ instruction, memoryPerByte: 0 });
    const [four, five, nine] = [await at(4000), await at(5000), await at(9000)];
    expect(five).toBeGreaterThan(four);
    expect(nine - four).toBe(5 * (five - four));
    expect((await used({ memoryPerByte: 1000 })) - four).toBe(3 * PAGE);
  });

  test("of what is preloaded", async () => {
    const preloadedActors = [...published.preloadedActors, ...actor.ids];
    // The receiver has been looked up by the message.
    expect(await used({ preloadedActors, actorLookup: 0 })).toBe(await used({ actorLookup: 0 }));
  });

  test("an unpayable price takes the gas limit", async () => {
    const { receipt } = await actor.call(derive({ prices: { syscall: 10 ** 15 } }), { gasLimit: 10 ** 9 });
    expect(receipt).toMatchObject({ exitCode: 7, gasUsed: 10 ** 9 });
  });
});

describe("debugging", async () => {
  const imports = `
    (import "debug" "enabled" (func $enabled (param i32) (result i32)))
    (import "debug" "log" (func $log (param i32 i32) (result i32)))`;
  const actor = await OneActor.of({
    imports,
    more: '(data (i32.const 64) "hello")',
    body: [
      "(drop (call $enabled (i32.const 16)))",
      keep(0, "(i32.load (i32.const 16))"),
      keep(1, "(call $log (i32.const 64) (i32.const 5))"),
      keep(2, "(call $log (i32.const 0x7fffffff) (i32.const 5))"),
    ].join("\n"),
    returns: 12,
  });
  const debugging = derive({ actorDebugging: true });

  test("is off unless a machine has a sink", async () => {
    expect(words(await actor.call(derive({ actorDebugging: false })))).toEqual([-1, 0, 0]);
    expect(words(await actor.call(derive({}), { debug: {} }))).toEqual([0, 0, 1]);
  });

  test("is on for all machines of a network, with a sink or without", async () => {
    const lines: string[] = [];
    const log = (text: string) => void lines.push(text);
    const [without, withSink] = [
      await actor.call(debugging),
      await actor.call(debugging, { debug: { log } }),
    ];
    expect(words(without)).toEqual([0, 0, 1]);
    expect(withSink.receipt).toEqual(without.receipt);
    expect(lines).toEqual(["hello"]);
  });
});

test("a version without limits gets one", async () => {
  const contract = await actorOf({
    body: "(if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))",
  });
  const net = await TestNet.create({ version: 17, contracts: { contract } });
  const exitCode = async (changes: NetworkChanges) => {
    const chain = await TestChain.on(net, { network: derive(changes, 17) });
    const { receipt } = await chain.send({ to: net.id("contract"), method: 2 });
    chain.close();
    return receipt.exitCode;
  };
  expect(await exitCode({})).toBe(0);
  expect(await exitCode({ maxMemoryBytes: 2 * PAGE })).toBe(0);
  expect(await exitCode({ maxMemoryBytes: PAGE })).toBe(4);
});
