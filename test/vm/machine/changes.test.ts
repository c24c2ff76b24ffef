/** Changes of messages, and machines that start from them. */
import { encode } from "@ipld/dag-cbor";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../../src/vm/machine/options.js";
import { EMPTY_ARRAY } from "../../../src/vm/state-tree/actor-state.js";
import { type ActorChange, compareDiffs, type StateDiff } from "../../../src/vm/state-tree/state-diff.js";
import { LateBlockstore } from "../../support/blocks.js";
import { TestChain, type TestMessage } from "../../support/chain.js";
import { secpKey } from "../../support/keys.js";
import { addressOf, TestNet } from "../../support/net.js";
import { stepsOf } from "../../support/scenario.js";
import { Log, ROOM, Script } from "../../support/script.js";
import { type Execution, executeApart, executeTogether } from "../../support/split.js";
import { randomNumbers } from "../../support/test-data.js";

const FEES = { gasFeeCap: 200n, gasPremium: 10n };

function optionsOn(net: TestNet): MachineOptions {
  return {
    network: net.version,
    stateRoot: net.stateRoot,
    blockstore: net.store,
    epoch: 100,
    timestamp: 3000,
    baseFee: 100n,
    chainId: 314,
    externs: net.externs,
  };
}

/** The messages with the nonces that they have one after the other. */
async function inOrder(net: TestNet, messages: readonly TestMessage[]): Promise<Execution[]> {
  const chain = await TestChain.on(net);
  const executions: Execution[] = [];
  for (const fields of messages) {
    executions.push({ message: chain.message({ ...fields, ...FEES }) });
    await chain.send({ ...fields, ...FEES });
  }
  chain.close();
  return executions;
}

/** In the network's store the blocks of the one way must not help the other. */
function withOwnStore(net: TestNet): MachineOptions {
  return { ...optionsOn(net), blockstore: new MemoryBlockstore(net.store) };
}

describe.each([16, 18, 28])("network version %i: each message on a machine of its own", (version) => {
  test("a bit of everything", async () => {
    const net = await TestNet.create({ version });
    const steps = stepsOf(version).map(({ from, message }) => ({
      ...message(net),
      from: from === "bob" ? net.bob : net.alice,
    }));
    const executions = await inOrder(net, steps);
    const together = await executeTogether(withOwnStore(net), executions);
    const apart = await executeApart(withOwnStore(net), executions);
    expect(apart).toEqual(together);
    const kinds = together.results.flatMap(({ changes }) =>
      Array.from(changes?.actors.values() ?? [], ({ kind }) => kind),
    );
    expect(new Set(kinds)).toEqual(new Set(["added", "changed", "removed"]));
  });

  test.each([1, 2, 3])("a random sequence, seed %i", async (seed) => {
    const net = await TestNet.create({ version });
    const random = randomNumbers(seed);
    const steps = stepsOf(version).map(({ message }) => message(net));
    const messages = Array.from({ length: 40 }, (): TestMessage => {
      const from = net.people[random(net.people.length)] ?? net.alice;
      if (random(3) > 0) return { from, ...(steps[random(steps.length)] as TestMessage) };
      const to = random(2) === 0 ? secpKey(200 + random(5)).address : random(net.nextId + 4);
      return { from, to, value: BigInt(random(1000)) };
    });
    const executions = await inOrder(net, messages);
    expect(await executeApart(withOwnStore(net), executions)).toEqual(
      await executeTogether(withOwnStore(net), executions),
    );
  });
});

describe("on a small network", () => {
  let net: TestNet;
  let options: MachineOptions;
  const machines: Machine[] = [];
  const create = async (more: Partial<MachineOptions> = {}): Promise<Machine> => {
    const machine = await Machine.create({ ...options, blockCache: BlockCache.create(2 ** 24), ...more });
    machines.push(machine);
    return machine;
  };
  const transfer = (nonce: number, value = 1n): Execution["message"] => ({
    version: 0,
    from: addressOf(net.alice.address),
    to: addressOf(net.bob.address),
    nonce,
    value,
    gasLimit: 10_000_000,
    ...FEES,
    method: 0,
    params: new Uint8Array(),
  });
  /** Creates an actor with a state of its own. */
  const creation = (nonce: number): Execution["message"] => ({
    ...transfer(nonce, 0n),
    to: idAddress(1),
    method: 2,
    gasLimit: 1_000_000_000,
    params: net.execParams("token", encode([net.id("alice"), 1_000_000])),
  });

  beforeAll(async () => {
    net = await TestNet.create();
  });
  // A store for each test.
  beforeEach(() => {
    options = withOwnStore(net);
  });
  afterEach(() => {
    for (const machine of machines.splice(0)) machine.close();
  });

  test("changes are told for a message on request, and for the machine since its last flush", async () => {
    const machine = await create();
    expect(await machine.changes()).toEqual({ actors: new Map(), addresses: new Map() });
    const first = machine.executeSync(creation(0), { changes: true });
    const id = Number(net.nextId);
    const { changes } = first;
    expect(changes?.actors.get(id)).toMatchObject({ kind: "added", actor: { nonce: 0, balance: 0n } });
    expect(changes?.actors.get(1)).toEqual({ kind: "changed", state: expect.any(String) });
    expect(compareDiffs(changes as StateDiff, await machine.changes())).toEqual([]);
    expect(machine.executeSync(transfer(1)).changes).toBeUndefined();
    const both = await machine.changes();
    expect(both.actors.get(net.id("alice"))).toMatchObject({ kind: "changed", nonce: 2 });
    expect(both.actors.get(net.id("bob"))).toEqual({ kind: "changed", balance: 1n });
    expect([...both.actors.keys()]).toEqual([...both.actors.keys()].sort((a, b) => Number(a) - Number(b)));
    await machine.flush();
    expect(await machine.changes()).toEqual({ actors: new Map(), addresses: new Map() });
    const to = addressOf(secpKey(60).address);
    const last = await machine.execute({ ...transfer(2), to }, { changes: true });
    expect(last.changes?.addresses).toEqual(new Map([[to, id + 1]]));
    expect(await machine.changes()).toEqual(last.changes);
  });

  test("what is given out is the receiver's", async () => {
    const machine = await create();
    await machine.execute(transfer(0));
    const changes = await machine.changes();
    (changes.actors as Map<unknown, unknown>).clear();
    expect((await machine.changes()).actors.size).toBeGreaterThan(0);
  });

  test("a failed message has changed what its sender pays, a refused one nothing", async () => {
    const machine = await create();
    const failed = await machine.execute(transfer(0, 10n ** 30n), { changes: true });
    expect(failed.receipt.exitCode).toBe(6);
    expect([...(failed.changes?.actors.keys() ?? [])]).toEqual([2, 99, net.id("alice")]);
    const refused = await machine.execute(transfer(7), { changes: true });
    expect(refused.changes).toEqual({ actors: new Map(), addresses: new Map() });
  });

  test("the same on a store that answers later", async () => {
    const to = addressOf(secpKey(60).address);
    const message = { ...transfer(0), to };
    const expected = await (await create()).execute(message, { changes: true });
    const late = new LateBlockstore(new MemoryBlockstore(net.store));
    const machine = await create({ blockstore: late, blockCache: BlockCache.create(0) });
    const { changes } = await machine.execute(message, { changes: true });
    expect(expected.changes?.addresses.size).toBe(1);
    expect(changes).toEqual(expected.changes);
    expect(await machine.changes()).toEqual(changes);
    const next = await create({
      ...{ blockstore: late, blockCache: BlockCache.create(0) },
      ...{ changes: [changes as StateDiff], blocksOf: [machine] },
    });
    expect(await next.resolveAddress(to)).toBe(net.nextId);
    expect(await next.flush()).toBe(await machine.flush());
  });

  test("a fork tries what the machine itself never does", async () => {
    const machine = await create();
    await machine.execute(creation(0));
    const fork = await create({ changes: [await machine.changes()], blocksOf: [machine] });
    expect((await fork.execute(transfer(1, 5n))).receipt.exitCode).toBe(0);
    const token = { ...transfer(2, 0n), to: idAddress(net.nextId), method: 3, gasLimit: 1_000_000_000 };
    const { receipt } = await fork.execute({ ...token, params: encode(net.id("alice")) });
    expect(receipt.exitCode).toBe(0);
    const bob = addressOf(net.bob.address);
    const before = (await (await create()).getActor(bob))?.balance ?? 0n;
    expect((await fork.getActor(bob))?.balance).toBe(before + 5n);
    expect((await machine.getActor(bob))?.balance).toBe(before);
  });

  test("blocks stay whatever becomes of the machine that wrote them, and two may take them", async () => {
    const writer = await create();
    await writer.execute(creation(0));
    const changes = [await writer.changes()];
    const takers = [];
    for (let i = 0; i < 2; i++) {
      const blockstore = new MemoryBlockstore(net.store);
      takers.push({ blockstore, machine: await create({ blockstore, changes, blocksOf: [writer, writer] }) });
    }
    writer.close();
    // The next machine gets what the closed one leaves.
    await (await create()).execute(transfer(0));
    for (const { blockstore, machine } of takers) {
      const root = await machine.flush();
      const stored = await create({ blockstore, stateRoot: root, blockCache: BlockCache.create(0) });
      const { receipt } = await stored.execute({
        ...transfer(1, 0n),
        to: idAddress(net.nextId),
        method: 3,
        gasLimit: 1_000_000_000,
        params: encode(net.id("alice")),
      });
      expect(receipt.exitCode).toBe(0);
    }
  });

  test("blocks whose way to the store was given up are taken over, too", async () => {
    const stuck = new StuckStore(net.store);
    const writer = await create({ blockstore: stuck });
    await writer.execute(creation(0));
    const before = await writer.changes();
    const controller = new AbortController();
    const flushing = writer.flush({ signal: controller.signal });
    controller.abort(new Error("given up"));
    await expect(flushing).rejects.toThrow("given up");
    // Nobody knows the new root.
    const changes = [await writer.changes()];
    expect(changes).toEqual([before]);
    const blockstore = new MemoryBlockstore(net.store);
    const taker = await create({ blockstore, changes, blocksOf: [writer] });
    const root = await taker.flush();
    const expected = await create({ blockstore: new MemoryBlockstore(net.store) });
    await expected.execute(creation(0));
    expect(root).toBe(await expected.flush());
    const stored = await create({ blockstore, stateRoot: root, blockCache: BlockCache.create(0) });
    expect(await stored.getActor(idAddress(net.nextId))).toBeDefined();
    expect(blockstore.get((await stored.getActor(idAddress(1)))?.state as Cid)).toBeDefined();
  });

  test("without the machines that wrote them, blocks that changes refer to are missed at once", async () => {
    const writer = await create();
    await writer.execute(creation(0));
    const changes = [await writer.changes()];
    const lost = create({ changes });
    await expect(lost).rejects.toMatchObject({ name: "HostFault", code: "BLOCK_NOT_FOUND" });
    await writer.flush();
    expect(await (await create({ changes })).flush()).toBe(await writer.flush());
  });

  test("an actor sees what earlier messages burn and tip, also through changes", async () => {
    const look = new Script()
      .call("actor.balance_of", ROOM, 99)
      .read(ROOM, 16)
      .call("actor.balance_of", ROOM, 2)
      .read(ROOM, 16);
    const message = (nonce: number): Execution["message"] => ({
      ...transfer(nonce, 0n),
      to: idAddress(net.id("script")),
      method: 2,
      gasLimit: 1_000_000_000,
      params: look.bytes(),
    });
    const executions = [0, 1, 2, 3].map((nonce) => ({
      message: nonce === 2 ? transfer(nonce) : message(nonce),
    }));
    const together = await executeTogether(withOwnStore(net), executions);
    expect(await executeApart(withOwnStore(net), executions)).toEqual(together);
    let [burnt, tips] = [0n, 0n];
    for (const [i, result] of together.results.entries()) {
      expect(result.receipt.exitCode).toBe(0);
      if (i !== 2) {
        const log = new Log(result.receipt.returnData);
        expect([log.u32(), log.u64(), log.u64()]).toEqual([0, burnt, 0n]);
        expect([log.u32(), log.u64(), log.u64()]).toEqual([0, tips, 0n]);
      }
      burnt += result.baseFeeBurn + result.overEstimationBurn;
      tips += result.minerTip;
    }
    expect(burnt > 0n && tips > 0n).toBe(true);
  });

  describe("changes are refused", () => {
    const CODE = EMPTY_ARRAY;
    const fields = { code: CODE, state: EMPTY_ARRAY, nonce: 0, balance: 0n, delegatedAddress: undefined };
    const of = (...changes: [unknown, unknown][]) => [{ actors: new Map(changes), addresses: new Map() }];
    const added = (more: object) => of([500, { kind: "added", actor: { ...fields, ...more } }]);
    const changed = (more: object) => of([100, { kind: "changed", ...more }]);
    const hidden = Object.defineProperty({ addresses: new Map() }, "actors", {
      get: () => {
        throw new Error("no");
      },
    });

    test.each<[string, unknown]>([
      ["changes", {}],
      ["changes[0]", [undefined]],
      ["changes[0].actors", [{ actors: {}, addresses: new Map() }]],
      ["changes[0].actors", [hidden]],
      ["changes[1].addresses", [...of(), { actors: new Map() }]],
      ["changes[0].addresses, key 0", [{ actors: new Map(), addresses: new Map([["f01", 1]]) }]],
      ["changes[0].addresses[0]", [{ actors: new Map(), addresses: new Map([[idAddress(5), "1"]]) }]],
      ["changes[0].actors, key 0", of(["100", { kind: "removed" }])],
      ["changes[0].actors[100]", of([100, null])],
      ["changes[0].actors[100]", of([100, { kind: "changed" }], [100n, { kind: "changed" }])],
      ["changes[0].actors[100].kind", of([100, { kind: "moved" }])],
      ["changes[0].actors[100].nonce", changed({ nonce: -1 })],
      ["changes[0].actors[100].code", changed({ code: "bafy" })],
      ["changes[0].actors[100].state", changed({ state: null })],
      ["changes[0].actors[100].balance", changed({ balance: 1 })],
      ["changes[0].actors[100].balance", changed({ balance: 2n ** 1016n })],
      ["changes[0].actors[100].delegatedAddress", changed({ delegatedAddress: "f410f" })],
      ["changes[0].actors[500].actor", of([500, { kind: "added" }])],
      ["changes[0].actors[500].actor.balance", added({ balance: -1n })],
      ["changes[0].actors[500].actor.state", added({ state: undefined })],
      // Well-formed ones, but changes of another state.
      ["changes[0].actors[100]", of([100, { kind: "added", actor: fields }])],
      ["changes[1].actors[500]", [...added({}), ...added({})]],
      ["changes[0].actors[500]", of([500, { kind: "removed" }])],
      ["changes[1].actors[100]", [...of([100, { kind: "removed" }]), ...changed({ nonce: 1 })]],
      ["changes[0].actors[100].balance", changed({ balance: -(10n ** 40n) })],
      ["blocksOf[0]", undefined],
    ])("%s", async (option, changes) => {
      const given = option.startsWith("blocksOf") ? { blocksOf: [{}] } : { changes };
      await expect(create(given as Partial<MachineOptions>)).rejects.toMatchObject({
        code: "INVALID_OPTION",
        details: { option, reason: expect.any(String) },
      });
    });

    test("each is read once, and a copy is used", async () => {
      const actors = new Map<number, ActorChange>([[net.id("bob"), { kind: "changed", balance: 9n }]]);
      const making = create({ changes: [{ actors, addresses: new Map() }] });
      actors.clear();
      const bob = addressOf(net.bob.address);
      const before = (await (await create()).getActor(bob))?.balance ?? 0n;
      expect((await (await making).getActor(bob))?.balance).toBe(before + 9n);
    });

    test("a machine that is closed has no blocks", async () => {
      const closed = await create();
      closed.close();
      await expect(create({ blocksOf: [closed] })).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
      await expect(closed.changes()).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
    });
  });

  test("an actor may be removed, and one added", async () => {
    const { code } = (await (await create()).getActor(addressOf(net.alice.address))) ?? {};
    const changes: StateDiff[] = [
      {
        actors: new Map<number, ActorChange>([
          [net.id("bob"), { kind: "removed" }],
          [
            5000,
            {
              kind: "added",
              actor: {
                ...{ code: code as Cid, state: EMPTY_ARRAY, nonce: 0, balance: 7n },
                delegatedAddress: undefined,
              },
            },
          ],
        ]),
        addresses: new Map(),
      },
      { actors: new Map([[5000, { kind: "changed", balance: -2n, nonce: 4 }]]), addresses: new Map() },
    ];
    const machine = await create({ changes });
    expect(await machine.getActor(addressOf(net.bob.address))).toBeUndefined();
    expect(await machine.getActor(idAddress(5000))).toMatchObject({ balance: 5n, nonce: 4 });
    const again = await create({ stateRoot: await machine.flush() });
    expect(await again.getActor(addressOf(net.bob.address))).toBeUndefined();
    expect(await again.getActor(idAddress(5000))).toMatchObject({ balance: 5n, nonce: 4 });
  });
});

/** Never says that it has stored anything. */
class StuckStore implements Blockstore {
  constructor(private readonly store: Blockstore) {}

  get(cid: Cid): ReturnType<Blockstore["get"]> {
    return this.store.get(cid);
  }

  putMany(): Promise<void> {
    return new Promise(() => undefined);
  }
}
