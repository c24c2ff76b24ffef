/** Simulations in worker threads, with the package as users get it (`dist`). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../src/address/address.js";
import type * as Chain from "../../src/chain/index.js";
import type * as Package from "../../src/index.js";
import type * as Simulate from "../../src/simulate/index.js";
import { TestChain } from "../support/chain.js";
import { addressOf, TestNet } from "../support/net.js";

const module = new URL("./fixtures/chain-node.mjs", import.meta.url);
const context = { epoch: 101, timestamp: 5, baseFee: 100n };
const FIL = 10n ** 18n;

let chain: TestChain;
let pool: Package.TipsetPool;
/** The same in this thread. */
let here: Simulate.Simulator;
let stateRoot: Package.Cid;
let alice: Address;
let bob: Address;
beforeAll(async () => {
  const load = async (file: string) => import(new URL(`../../dist/${file}`, import.meta.url).href);
  const { TipsetPool } = (await load("index.js")) as typeof Package;
  const { simulatorFor } = (await load("chain/index.js")) as typeof Chain;
  const net = await TestNet.create();
  chain = await TestChain.on(net);
  stateRoot = net.stateRoot;
  [alice, bob] = [addressOf(net.alice.address), addressOf(net.bob.address)];
  const data = { blocks: [...net.store], network: net.version };
  pool = await TipsetPool.create(module, { workers: 2, data });
  const { default: make } = await import(module.href);
  here = await simulatorFor(await make(data), stateRoot, context);
});
afterAll(async () => {
  await pool.close();
  chain.machine.close();
});

const send = (value: bigint, from = alice): Simulate.SimulatedMessage => ({ from, to: bob, value });
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error) => error,
  );

describe("a pool", () => {
  test("simulates: results, traces, changes as in this thread", async () => {
    const carol = idAddress(777);
    const messages = [
      send(1n),
      send(10n ** 30n),
      chain.message({ to: chain.net.id("mortal"), method: 7, nonce: 2, gasLimit: 5_000_000 }),
    ];
    const options = { trace: true, changes: true, block: { epoch: 5, randomness: new Uint8Array(32) } };
    const there = await pool.simulate(stateRoot, context, messages, options);
    expect(there).toEqual(structuredClone(await here.simulate(messages, options)));
    expect(there.results.map(({ receipt }) => receipt.exitCode)).toEqual([0, 6, 7]);
    expect(there.results[0]?.trace?.call?.steps.length).toBeGreaterThan(0);
    expect(await failure(pool.simulate(stateRoot, context, [send(0n, carol)]))).toMatchObject({
      code: "INVALID_MESSAGE",
    });
  });

  test("estimates gas, many messages at a time", async () => {
    const estimates = await Promise.all(
      [1n, 2n, 3n, 4n].map((value) => pool.estimateGas(stateRoot, context, send(value))),
    );
    expect(estimates[0]).toEqual(structuredClone(await here.estimateGas(send(1n))));
    const lotus = await pool.estimateGasLikeLotus(stateRoot, context, send(1n));
    expect(lotus).toEqual(await here.estimateGasLikeLotus(send(1n)));
  });

  test("takes overrides of any iterable", async () => {
    function* overrides() {
      yield [alice, { balance: FIL, nonce: 9 }] as const;
    }
    const { results } = await pool.simulate(stateRoot, context, [send(FIL)], { overrides: overrides() });
    expect(results[0]).toMatchObject({ receipt: { exitCode: 0 }, message: { nonce: 9 } });
  });

  test("stores nothing: the next task finds the same state", async () => {
    const nonces = [];
    for (let i = 0; i < 5; i++) {
      const { results } = await pool.simulate(stateRoot, context, [send(1n)]);
      nonces.push(results[0]?.message.nonce);
    }
    expect(nonces).toEqual([0, 0, 0, 0, 0]);
  });

  test.each([
    ["options that there are not", { override: [] }, "INVALID_OPTION"],
    ["overrides that are none", { overrides: [5] }, "INVALID_OPTION"],
    ["an override of an unknown actor", { overrides: [[idAddress(777), { balance: 1n }]] }, "INVALID_OPTION"],
  ])("refuses %s", async (_, options, code) => {
    expect(await failure(pool.simulate(stateRoot, context, [send(1n)], options as never))).toMatchObject({
      code,
    });
    expect(await failure(pool.estimateGas(stateRoot, context, send(1n), options as never))).toMatchObject({
      code,
    });
  });

  test("refuses messages that cannot be cloned, and a bad context", async () => {
    const odd = { ...send(1n), value: () => 1n } as never;
    expect(await failure(pool.simulate(stateRoot, context, [odd]))).toMatchObject({ code: "INVALID_OPTION" });
    expect(await failure(pool.estimateGas(stateRoot, context, odd))).toMatchObject({
      code: "INVALID_OPTION",
    });
    const nowhere = { ...context, epoch: -1 };
    expect(await failure(pool.simulate(stateRoot, nowhere, []))).toMatchObject({ code: "INVALID_TIPSET" });
  });

  test("gives a simulation up, and goes on with others", async () => {
    const endless = chain.message({ to: chain.net.id("mortal"), method: 7, gasLimit: 10 ** 15 });
    const controller = new AbortController();
    const running = failure(pool.simulate(stateRoot, context, [endless], { signal: controller.signal }));
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 100);
    expect(await running).toBe(reason);
    expect((await pool.simulate(stateRoot, context, [send(1n)])).results[0]?.receipt.exitCode).toBe(0);
  });
});
