/** Several threads, and processes that end at the wrong moment. Runs the built package. */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { encode } from "@ipld/dag-cbor";
import { beforeAll, describe, expect, test } from "vitest";
import { native } from "../../../src/native/index.js";
import { TestChain } from "../../support/chain.js";
import { collectGarbage } from "../../support/garbage.js";
import { answerOf, guestData, runProcess, startWorker } from "../../support/guests.js";
import { hostileModules } from "../../support/hostile.js";
import { TestNet } from "../../support/net.js";

/** Traps of every kind that a signal or a check can find. */
const traps = hostileModules.filter(({ exit }) => exit === 4);
const WORKERS = 4;

let net: TestNet;
let chain: TestChain;
beforeAll(async () => {
  const code = traps.map(async ({ name, wasm }) => [name, await wasm()] as const);
  net = await TestNet.create({ contracts: Object.fromEntries(await Promise.all(code)) });
  chain = await TestChain.on(net);
});

const mixed = () => [
  chain.message({ to: net.bob.address, value: 1n, nonce: 0 }),
  chain.message({ to: net.id("caller"), method: 3, params: encode(20), nonce: 1 }),
  chain.message({ to: net.id("emitter"), method: 2, params: encode(10), nonce: 2 }),
  chain.message({ to: net.id("mortal"), method: 6, nonce: 3 }),
];
const allTraps = () => traps.map(({ name }, nonce) => chain.message({ to: net.id(name), method: 2, nonce }));
const endless = () => [chain.message({ to: net.id("mortal"), method: 7, gasLimit: 10 ** 15 })];
const oneRead = () => [chain.message({ to: net.alice.address, method: 2 })];

async function receiptsHere(messages: ReturnType<typeof mixed>) {
  const here = await TestChain.on(net);
  const receipts = [];
  for (const message of messages) receipts.push((await here.machine.execute(message)).receipt);
  here.close();
  return receipts;
}

describe("worker threads", () => {
  test("several at once, and this thread: all say the same", async () => {
    const workers = Array.from({ length: WORKERS }, () => startWorker(guestData(net, "run", mixed())));
    const answers = await Promise.all([receiptsHere(mixed()), ...workers.map(answerOf)]);
    expect(answers[0]?.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 4]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test("traps of ours and of V8 do not meet", async () => {
    const workers = [1, 2].map(() => startWorker(guestData(net, "trap", allTraps())));
    const answers = await Promise.all([receiptsHere(allTraps()), ...workers.map(answerOf)]);
    expect(answers[0]?.map(({ exitCode }) => exitCode)).toEqual(traps.map(() => 4));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test("one is terminated in the middle of a call", async () => {
    const worker = startWorker(guestData(net, "spin", endless()));
    expect(await answerOf(worker)).toBe("started");
    await worker.terminate();
    expect(await receiptsHere(mixed())).toHaveLength(4);
  });

  test("many are terminated, each at another moment", async () => {
    for (let round = 0; round < 24; round++) {
      const workers = [1, 2].map(() => startWorker(guestData(net, "spin", endless())));
      // While they load, build the machine, or run.
      if (round % 2 === 0) await Promise.all(workers.map(answerOf));
      await wait((7 * round) % 40);
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
    expect(await receiptsHere(mixed())).toHaveLength(4);
  });

  test("one ends while an actor waits", async () => {
    const worker = startWorker(guestData(net, "exit", oneRead()));
    expect(await once(worker, "exit")).toEqual([42]);
    expect(await receiptsHere(mixed())).toHaveLength(4);
  });

  test("nothing is left of them", async () => {
    chain.close();
    await collectGarbage();
    expect(native.liveObjects()).toMatchObject({ frames: 0, stores: 0, stacks: 0 });
  });
});

describe("processes", () => {
  test("traps of ours and of V8 do not meet", async () => {
    expect(await runProcess(guestData(net, "trap", allTraps()))).toMatchObject({
      code: 0,
      signal: null,
      stderr: "",
    });
  });

  // Only Linux counts addresses. Enough for some memories reserved whole, not for a call stack of them.
  test.skipIf(process.platform !== "linux")("a deep call stack in little address space", async () => {
    const deep = () => [chain.message({ to: net.id("caller"), method: 3, params: encode(1023), nonce: 0 })];
    const launcher = ["sh", "-c", 'ulimit -v 60000000; exec "$@"', "sh"];
    expect(await runProcess(guestData(net, "run", deep()), { launcher })).toEqual({
      code: 0,
      signal: null,
      stderr: "",
      answer: await receiptsHere(deep()),
    });
  });

  test("exit while an actor waits", async () => {
    expect(await runProcess(guestData(net, "exit", oneRead()))).toEqual({
      code: 42,
      signal: null,
      stderr: "",
    });
  });

  test("an actor that waits for ever keeps nobody", async () => {
    expect(await runProcess(guestData(net, "abandon", oneRead()))).toEqual({
      code: 0,
      signal: null,
      stderr: "",
    });
  });

  test("an exception elsewhere while an actor waits", async () => {
    const end = await runProcess(guestData(net, "throw", oneRead()));
    expect(end).toMatchObject({ code: 1, signal: null });
    expect(end.stderr).toContain("Error: unrelated");
  });
});
