/** Tipsets and messages in worker threads, with the package as users get it (`dist`). */
import { setTimeout as wait } from "node:timers/promises";
import { encode } from "@ipld/dag-cbor";
import { afterEach, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import type { ChainNode } from "../../src/chain/execution/node.js";
import type { Tipset } from "../../src/chain/execution/tipset.js";
import type { ChainNodeFactory, TipsetPoolOptions } from "../../src/chain/pool/tipset-pool.js";
import type * as Package from "../../src/index.js";
import type { Block } from "../../src/ipld/block-access.js";
import { encodeMessage, type Message } from "../../src/message/message.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import { TestChain } from "../support/chain.js";
import { TestNet } from "../support/net.js";

/** Data for the module. */
interface NodeData {
  readonly blocks: readonly Block[];
  readonly network: number;
  readonly fault?: "throws" | "exits" | "nothing" | "store" | "close";
  /** How many nodes were closed. */
  readonly closed?: Int32Array;
}

const module = new URL("./fixtures/chain-node.mjs", import.meta.url);
const context = { epoch: 101, timestamp: 5, baseFee: 100n };

let built: typeof Package;
let net: TestNet;
let chain: TestChain;
let data: NodeData;
beforeAll(async () => {
  built = await import(new URL("../../dist/index.js", import.meta.url).href);
  net = await TestNet.create();
  chain = await TestChain.on(net);
  data = { blocks: [...net.store], network: net.version };
});

const pools: Package.TipsetPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function makePool(
  workers: number,
  change: Partial<NodeData> = {},
  options: TipsetPoolOptions = {},
): Promise<Package.TipsetPool> {
  const pool = await built.TipsetPool.create(module, { workers, data: { ...data, ...change }, ...options });
  pools.push(pool);
  return pool;
}

/** The same node in this thread. */
async function nodeHere(): Promise<ChainNode> {
  const { default: make } = (await import(module.href)) as { default: ChainNodeFactory<NodeData> };
  return make(data);
}

const fees = { gasFeeCap: 200n, gasPremium: 10n };
const transfer = (value: bigint, nonce = 0) =>
  chain.message({ to: net.bob.address, value, nonce, gasLimit: 10_000_000, ...fees });
const endless = () => chain.message({ to: net.id("mortal"), method: 7, gasLimit: 10 ** 15 });

function tipset(...messages: Message[]): Tipset {
  const block = {
    miner: idAddress(1000),
    winCount: 1,
    messages: messages.map((message) => ({ message, rawLength: encodeMessage(message).length + 69 })),
  };
  return { ...context, epoch: 103, parentEpoch: 101, blocks: [block] };
}

const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error) => error,
  );

describe("a pool", () => {
  test("executes tipsets of forks, each as the main thread does", async () => {
    const pool = await makePool(2);
    const forks = [1n, 2n, 3n, 4n].map((value) => tipset(transfer(value), transfer(value, 1)));
    const results = await Promise.all(forks.map((fork) => pool.executeTipset(net.stateRoot, fork)));
    const node = await nodeHere();
    for (const [index, fork] of forks.entries()) {
      const here = await built.executeTipset(node, net.stateRoot, fork);
      expect(results[index]).toEqual(structuredClone(here));
      expect(here.blocks[0]?.messages.map(({ receipt }) => receipt.exitCode)).toEqual([0, 0]);
    }
    expect(new Set(results.map(({ stateRoot }) => stateRoot)).size).toBe(forks.length);
  });

  test("finds what it has stored: a tipset on another", async () => {
    const pool = await makePool(1);
    const first = await pool.executeTipset(net.stateRoot, tipset(transfer(1n)));
    const next = { ...tipset(transfer(1n, 1)), epoch: 104, parentEpoch: 103 };
    const second = await pool.executeTipset(first.stateRoot, next);
    expect(second.blocks[0]?.messages.map(({ receipt }) => receipt.exitCode)).toEqual([0]);
  });

  test("executes messages one on the other, and stores nothing", async () => {
    const pool = await makePool(1);
    const calls = [
      { message: transfer(1n) },
      { message: transfer(1n, 1), changes: true },
      { message: transfer(1n, 9) },
    ];
    const codes = (results: ApplyResult[]) => results.map(({ receipt }) => receipt.exitCode);
    const SENDER_STATE_INVALID = 2;
    for (let round = 0; round < 2; round++) {
      const results = await pool.executeMessages(net.stateRoot, context, calls);
      expect(codes(results)).toEqual([0, 0, SENDER_STATE_INVALID]);
      expect(results[2]?.failure).toMatchObject({ kind: "preflight" });
    }
    const node = await nodeHere();
    const here = await built.executeMessages(node, net.stateRoot, context, calls);
    expect(here.map(({ changes }) => changes?.actors.size ?? 0)).toEqual([0, 4, 0]);
    expect(await pool.executeMessages(net.stateRoot, context, calls)).toEqual(structuredClone(here));
  });

  test("executes calls: any sender, no nonce, no fees", async () => {
    const pool = await makePool(1);
    const message = { ...transfer(3n, 77), from: idAddress(1) };
    const [result] = await pool.executeMessages(net.stateRoot, context, [
      { message: { ...message, value: 0n }, kind: "implicit" },
    ]);
    expect(result).toMatchObject({ receipt: { exitCode: 0 }, minerTip: 0n });
  });

  test("gives whole results: backtraces, events, return data", async () => {
    const pool = await makePool(1);
    const [failed, emitted] = await pool.executeMessages(net.stateRoot, context, [
      { message: chain.message({ to: net.id("mortal"), method: 6, nonce: 0 }) },
      { message: chain.message({ to: net.id("emitter"), method: 2, params: encode(10), nonce: 1 }) },
    ]);
    expect(failed?.receipt.exitCode).toBe(4);
    expect(failed?.failure).toMatchObject({ kind: "backtrace" });
    if (failed?.failure?.kind === "backtrace") {
      expect(built.backtraceText(failed.failure.backtrace)).toContain(`f0${net.id("mortal")} (method 6)`);
    }
    expect(emitted?.events.length).toBeGreaterThan(0);
    expect(emitted?.receipt.eventsRoot).toEqual(expect.any(String));
  });

  test("tells how much waits", async () => {
    const pool = await makePool(1);
    const tasks = [1n, 2n, 3n].map((value) => pool.executeTipset(net.stateRoot, tipset(transfer(value))));
    expect([pool.workers, pool.running, pool.queued]).toEqual([1, 1, 2]);
    await Promise.all(tasks);
    expect([pool.running, pool.queued]).toEqual([0, 0]);
  });

  test("takes the path of a file", async () => {
    const path = module.pathname;
    const pool = await built.TipsetPool.create(path, { workers: 1, data });
    expect(await pool.executeMessages(net.stateRoot, context, [])).toEqual([]);
    await pool[Symbol.asyncDispose]();
    await expect(pool.executeMessages(net.stateRoot, context, [])).rejects.toMatchObject({
      name: "FvmError",
      code: "POOL_CLOSED",
      details: { operation: "executeMessages" },
    });
  });
});

describe("what cannot be made is an error", () => {
  test.each([
    ["throws", "no database"],
    ["nothing", "its function returned no chain node"],
  ] as const)("a module that %s", async (fault, reason) => {
    const error = await failure(makePool(2, { fault }));
    expect(error).toBeInstanceOf(built.FvmError);
    expect(error).toMatchObject({ code: "CHAIN_NODE_FAILED", details: { module: module.href, reason } });
    if (fault === "throws") expect(error.cause).toMatchObject({ name: "RangeError" });
  });

  test("a module that ends its thread", async () => {
    const error = await failure(makePool(2, { fault: "exits" }));
    expect(error).toBeInstanceOf(built.HostFault);
    expect(error).toMatchObject({ code: "WORKER_LOST", details: { text: "exit code 11" } });
  });

  test("no module, and one without a function", async () => {
    const create = (name: string) => built.TipsetPool.create(new URL(name, import.meta.url), { workers: 1 });
    expect(await failure(create("./absent.mjs"))).toMatchObject({
      code: "CHAIN_NODE_FAILED",
      details: { reason: expect.stringContaining("Cannot find module") },
    });
    expect(await failure(create("../../package.json"))).toMatchObject({ code: "CHAIN_NODE_FAILED" });
    expect(await failure(create("../../dist/errors.js"))).toMatchObject({
      details: { reason: "its default export is no function" },
    });
  });

  test.each([0, 1.5, -1])("%d workers", async (workers) => {
    expect(await failure(makePool(workers))).toMatchObject({
      code: "INVALID_OPTION",
      details: { option: "workers" },
    });
  });

  test("data that cannot be cloned", async () => {
    const error = await failure(built.TipsetPool.create(module, { workers: 1, data: { get: () => 1 } }));
    expect(error).toMatchObject({ code: "INVALID_OPTION", details: { option: "data" } });
  });

  test("a start that is given up", async () => {
    const signal = AbortSignal.abort(new Error("never mind"));
    expect(await failure(makePool(1, {}, { signal }))).toMatchObject({ message: "never mind" });
  });
});

describe("errors of tasks come as what they are", () => {
  test("a broken store", async () => {
    const pool = await makePool(1, { fault: "store" });
    const error = await failure(pool.executeTipset(net.stateRoot, tipset()));
    expect(error).toBeInstanceOf(built.HostFault);
    expect(error).toMatchObject({
      code: "BLOCKSTORE_FAILED",
      details: { operation: "get", cid: expect.stringMatching(/^bafy/) },
      cause: { message: "disk on fire", cause: "smoke" },
    });
  });

  test("a network version that does not exist", async () => {
    const pool = await makePool(1, { network: 1000 });
    const error = await failure(pool.executeMessages(net.stateRoot, context, []));
    expect(error).toBeInstanceOf(built.FvmError);
    expect(error).toMatchObject({ code: "UNKNOWN_NETWORK_VERSION", details: { version: 1000 } });
  });

  test("a message that no chain can have", async () => {
    const pool = await makePool(1);
    const message = { ...transfer(1n), gasLimit: -1 };
    expect(await failure(pool.executeMessages(net.stateRoot, context, [{ message }]))).toMatchObject({
      name: "FvmError",
      code: "INVALID_MESSAGE",
    });
  });
});

describe("abort", () => {
  test("ends an endless message; the others, and later ones, are executed", async () => {
    const pool = await makePool(2);
    const abort = new AbortController();
    const running = failure(pool.executeMessages(net.stateRoot, context, [{ message: endless() }], abort));
    const other = pool.executeTipset(net.stateRoot, tipset(transfer(1n)));
    const waiting = pool.executeTipset(net.stateRoot, tipset(transfer(2n)));
    await wait(100);
    abort.abort();
    expect(await running).toMatchObject({ name: "AbortError" });
    for (const { blocks } of await Promise.all([other, waiting])) {
      expect(blocks[0]?.messages[0]?.receipt.exitCode).toBe(0);
    }
  });

  test("again and again, at any moment", async () => {
    const pool = await makePool(2);
    for (let round = 0; round < 6; round++) {
      const signal = AbortSignal.timeout(1 + 13 * round);
      const calls = [{ message: endless() }];
      const tasks = [1, 2, 3].map(() =>
        failure(pool.executeMessages(net.stateRoot, context, calls, { signal })),
      );
      for (const error of await Promise.all(tasks)) expect(error).toMatchObject({ name: "TimeoutError" });
    }
    expect(await pool.executeMessages(net.stateRoot, context, [{ message: transfer(1n) }])).toMatchObject([
      { receipt: { exitCode: 0 } },
    ]);
  });
});

test("close finishes what runs and refuses what waits", async () => {
  const pool = await makePool(1);
  const running = pool.executeTipset(net.stateRoot, tipset(transfer(1n)));
  const waiting = failure(pool.executeTipset(net.stateRoot, tipset(transfer(2n))));
  const closed = pool.close();
  expect(await waiting).toMatchObject({ name: "FvmError", code: "POOL_CLOSED" });
  expect((await running).blocks).toHaveLength(1);
  await closed;
});

describe("the nodes of a pool", () => {
  const counter = () => new Int32Array(new SharedArrayBuffer(4));

  test("are closed with it, each once, after the last task", async () => {
    const closed = counter();
    {
      await using pool = await built.TipsetPool.create(module, { workers: 2, data: { ...data, closed } });
      await pool.executeTipset(net.stateRoot, tipset(transfer(1n)));
      expect(closed[0]).toBe(0);
      const running = pool.executeTipset(net.stateRoot, tipset(transfer(2n)));
      await Promise.all([pool.close(), running]);
      expect(closed[0]).toBe(2);
    }
    expect(closed[0]).toBe(2);
  });

  test("that cannot be closed fail it, for each who closes it, and its workers end", async () => {
    const closed = counter();
    const pool = await built.TipsetPool.create(module, {
      workers: 2,
      data: { ...data, closed, fault: "close" },
    });
    for (const error of await Promise.all([pool.close(), pool.close()].map(failure))) {
      expect(error).toBeInstanceOf(built.HostFault);
      expect(error).toMatchObject({
        code: "EXTERN_FAILED",
        details: { question: "close" },
        cause: { message: "the database is locked" },
      });
    }
    expect([closed[0], pool.running]).toEqual([2, 0]);
    expect(await failure(pool.executeMessages(net.stateRoot, context, []))).toMatchObject({
      code: "POOL_CLOSED",
    });
  });

  test("are not closed by a worker that is ended in the middle of a task", async () => {
    const closed = counter();
    const pool = await makePool(1, { closed });
    const signal = AbortSignal.timeout(50);
    const calls = [{ message: endless() }];
    const aborted = failure(pool.executeMessages(net.stateRoot, context, calls, { signal }));
    expect(await aborted).toMatchObject({ name: "TimeoutError" });
    expect(closed[0]).toBe(0);
  });

  test("nor by a pool whose closing is given up", async () => {
    const closed = counter();
    const pool = await built.TipsetPool.create(module, { workers: 1, data: { ...data, closed } });
    const running = failure(pool.executeMessages(net.stateRoot, context, [{ message: endless() }]));
    expect(await failure(pool.close({ signal: AbortSignal.timeout(50) }))).toMatchObject({
      name: "TimeoutError",
    });
    expect(await running).toMatchObject({ code: "POOL_CLOSED" });
    expect(closed[0]).toBe(0);
  });

  test("are their owner's outside of a pool: executing closes nothing", async () => {
    const closed = counter();
    const { default: make } = (await import(module.href)) as { default: ChainNodeFactory<NodeData> };
    const node = await make({ ...data, closed });
    await built.executeTipset(node, net.stateRoot, tipset(transfer(1n)));
    await built.executeMessages(node, net.stateRoot, context, [{ message: transfer(1n) }]);
    expect(closed[0]).toBe(0);
    const broken = { ...node, close: 1 as never };
    expect(await failure(built.executeMessages(broken, net.stateRoot, context, []))).toMatchObject({
      code: "INVALID_OPTION",
      details: { option: "node.close" },
    });
  });
});

test("close takes no other options", async () => {
  const pool = await makePool(1);
  expect(await failure(pool.close({ signal: 1 as never }))).toMatchObject({
    code: "INVALID_OPTION",
    details: { option: "signal" },
  });
  expect(await pool.executeMessages(net.stateRoot, context, [])).toEqual([]);
});

test("types: data and the module's function go together", () => {
  expectTypeOf<ChainNodeFactory<NodeData>>().parameter(0).toEqualTypeOf<NodeData>();
  expectTypeOf<ReturnType<ChainNodeFactory>>().toEqualTypeOf<ChainNode | Promise<ChainNode>>();
  expectTypeOf<TipsetPoolOptions<NodeData>["data"]>().toEqualTypeOf<NodeData | undefined>();
});
