/** Slow stores and slow nodes: the same results, and no trouble when nobody waits for them. */
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import type { CID } from "multiformats/cid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import { fromInterfaceBlockstore } from "../../../src/blockstore/interface-blockstore.js";
import { cidFromBytes } from "../../../src/encoding/cid.js";
import { native } from "../../../src/native/index.js";
import type { Externs } from "../../../src/vm/externs/externs.js";
import type { MachineOptions } from "../../../src/vm/machine/options.js";
import { TestChain } from "../../support/chain.js";
import { collectGarbage } from "../../support/garbage.js";
import { TestNet } from "../../support/net.js";
import { runScenario, type ScenarioOutcome } from "../../support/scenario.js";
import { ROOM, Script } from "../../support/script.js";
import { SilentStore, SlowStore } from "../../support/stores.js";

let net: TestNet;
let expected: ScenarioOutcome;
beforeAll(async () => {
  net = await TestNet.create();
  native.blockCache().limit = 0;
  expected = await outcomeOn({});
});
afterAll(() => {
  native.blockCache().limit = 256 << 20;
});

async function outcomeOn(options: Partial<MachineOptions>): Promise<ScenarioOutcome> {
  const chain = await TestChain.on(net, options);
  const outcome = await runScenario(chain);
  chain.close();
  return outcome;
}

const stores = {
  "resolved promises": () => new SlowStore(net.store, () => Promise.resolve()),
  "later turns": () => new SlowStore(net.store, () => nextTurn()),
  "milliseconds of delay, now and then": () =>
    new SlowStore(net.store, (n) => (n % 5 === 0 ? wait(2) : nextTurn())),
  "an interface-blockstore": () => fromInterfaceBlockstore(interfaceBlockstore()),
};

test.each(Object.keys(stores) as (keyof typeof stores)[])("the same with %s", async (kind) => {
  expect(await outcomeOn({ blockstore: stores[kind]() })).toEqual(expected);
});

test("several machines at once in one thread", async () => {
  const outcomes = [1, 2, 3, 4].map(() =>
    outcomeOn({ blockstore: new SlowStore(net.store, () => nextTurn()) }),
  );
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toEqual(expected);
});

test("asynchronous externs answer the same", async () => {
  const questions = new Script()
    .call("rand.get_chain_randomness", ROOM, 90)
    .read(ROOM, 32)
    .call("rand.get_beacon_randomness", ROOM, 91)
    .read(ROOM, 32)
    .call("network.tipset_cid", ROOM, 92, ROOM + 100, 38)
    .read(ROOM + 100, 38)
    .call("crypto.verify_consensus_fault", ROOM, ROOM, 4, ROOM, 4, ROOM, 4)
    .read(ROOM, 20);
  const ask = async (externs: Externs) => {
    const chain = await TestChain.on(net, { externs });
    const result = await chain.send({ to: net.id("script"), method: 2, params: questions.bytes() });
    chain.close();
    return result;
  };
  const slow: Externs = {
    getChainRandomness: (epoch) => wait(1).then(() => net.externs.getChainRandomness(epoch)),
    getBeaconRandomness: (epoch) => nextTurn().then(() => net.externs.getBeaconRandomness(epoch)),
    getTipsetCid: async (epoch) => net.externs.getTipsetCid(epoch),
    verifyConsensusFault: async (...headers) => net.externs.verifyConsensusFault(...headers),
  };
  const direct = await ask(net.externs);
  expect(direct.receipt.exitCode).toBe(0);
  expect(await ask(slow)).toEqual(direct);
});

test("a failing node is a host fault", async () => {
  const cause = new Error("not synced");
  const chain = await TestChain.on(net, {
    externs: { ...net.externs, getTipsetCid: () => Promise.reject(cause) },
  });
  const script = new Script().call("network.tipset_cid", ROOM, 92, ROOM, 38);
  await expect(chain.send({ to: net.id("script"), method: 2, params: script.bytes() })).rejects.toMatchObject(
    {
      name: "HostFault",
      code: "EXTERN_FAILED",
      cause,
    },
  );
});

test("one message at a time", async () => {
  const chain = await TestChain.on(net, { blockstore: new SlowStore(net.store, () => nextTurn()) });
  const first = chain.send({ to: net.alice.address, method: 2 });
  await expect(chain.send({ to: net.bob.address })).rejects.toMatchObject({ code: "MACHINE_BUSY" });
  await expect(chain.machine.flush()).rejects.toMatchObject({ code: "MACHINE_BUSY" });
  expect((await first).receipt.exitCode).toBe(0);
  chain.close();
});

test("nobody waits for the answer, which never comes", async () => {
  await abandonCall();
  await collectGarbage();
  expect(native.liveObjects()).toMatchObject({ frames: 0, stores: 0, stacks: 0 });
});

async function abandonCall(): Promise<void> {
  const silent = new SilentStore(net.store);
  const chain = await TestChain.on(net, { blockstore: silent });
  const asked = silent.silence();
  void chain.send({ to: net.alice.address, method: 2 });
  await asked;
}

test("a machine is closed while an actor waits", async () => {
  const chain = await TestChain.on(net, { blockstore: new SlowStore(net.store, () => wait(5)) });
  const waiting = chain.send({ to: net.alice.address, method: 2 });
  chain.close();
  await expect(waiting).rejects.toMatchObject({ name: "FvmError", code: "MACHINE_CLOSED" });
});

test("the next machine does not get what a closed one still waits with", async () => {
  const blockCache = BlockCache.create(0);
  const slow = await TestChain.on(net, { blockCache, blockstore: new SlowStore(net.store, () => wait(5)) });
  const waiting = slow.send({ to: net.alice.address, method: 2 });
  slow.close();
  const next = await TestChain.on(net, { blockCache });
  const sent = next.send({ to: net.alice.address, method: 2 });
  await expect(waiting).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
  expect((await sent).receipt.exitCode).toBe(0);
  next.close();
});

test("a message is cancelled, and the machine goes on", async () => {
  const chain = await TestChain.on(net);
  const abort = new AbortController();
  const endless = chain.send(
    { to: net.id("mortal"), method: 7, gasLimit: 10 ** 15 },
    { signal: abort.signal },
  );
  await nextTurn();
  abort.abort();
  await expect(endless).rejects.toMatchObject({ name: "AbortError" });
  expect(native.liveObjects()).toMatchObject({ frames: 0, stores: 0 });
  expect((await chain.send({ to: net.bob.address, value: 1n })).receipt.exitCode).toBe(0);
  await expect(chain.send({ to: net.bob.address }, { signal: abort.signal })).rejects.toMatchObject({
    name: "AbortError",
  });
  chain.close();
});

test("executeSync does the same, if nothing has to wait", async () => {
  const [sync, async, slow] = await Promise.all([
    TestChain.on(net),
    TestChain.on(net),
    TestChain.on(net, { blockstore: new SlowStore(net.store, () => nextTurn()) }),
  ]);
  const message = sync.message({ to: net.alice.address, method: 2 });
  expect(sync.machine.executeSync(message)).toEqual(await async.machine.execute(message));
  expect(() => slow.machine.executeSync(message)).toThrow(expect.objectContaining({ code: "MUST_WAIT" }));
  expect((await slow.machine.execute(message)).receipt.exitCode).toBe(0);
  for (const chain of [sync, async, slow]) chain.close();
});

/** As other projects' stores: CID objects, generators for bytes. */
function interfaceBlockstore() {
  return {
    async *get(cid: CID) {
      const data = await net.store.get(cidFromBytes(cid.bytes));
      if (data === undefined) throw Object.assign(new Error("not found"), { name: "NotFoundError" });
      yield data.subarray(0, 10);
      yield data.subarray(10);
    },
    async *putMany(blocks: Iterable<{ cid: CID; bytes: Uint8Array }>) {
      for (const { cid, bytes } of blocks) {
        await net.store.putMany([{ cid: cidFromBytes(cid.bytes), data: bytes }]);
        yield cid;
      }
    },
  };
}
