/** Actors of a state, and what callers may get wrong. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { compareChanges } from "../../../src/inspect/state/compare-changes.js";
import { compareStates } from "../../../src/inspect/state/compare-states.js";
import { diffStates } from "../../../src/inspect/state/diff-states.js";
import { type ListedActor, listActors } from "../../../src/inspect/state/list-actors.js";
import { readActor, readStorage } from "../../../src/inspect/state/read-actor.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import { EMPTY_ARRAY } from "../../../src/vm/state-tree/actor-state.js";
import { noChanges } from "../../../src/vm/state-tree/state-diff.js";
import { LateBlockstore } from "../../support/blocks.js";
import { addressOf, TestNet } from "../../support/net.js";

const net = await TestNet.create();
const alice = addressOf(net.alice.address);
const state = { root: net.stateRoot, network: 28 };
const fresh = () => ({ blockCache: BlockCache.create(2 ** 24) });

describe("an actor", () => {
  test("is found by its addresses, also in a store that answers late", async () => {
    const known = await readActor(net.store, state, alice);
    expect(known).toMatchObject({
      type: "account",
      robustAddress: alice,
      nonce: 0,
      stateRoot: expect.any(String),
    });
    expect(known.state).toMatchObject({ form: "schema" });
    const late = new LateBlockstore(new MemoryBlockstore([...net.store]));
    expect(await readActor(late, state, idAddress(known.id), fresh())).toEqual(known);
    expect(late.reads).toBeGreaterThan(3);
  });

  test("whose state is not in the store is told without", async () => {
    const { stateRoot } = await readActor(net.store, state, alice);
    const few = new MemoryBlockstore([...net.store].filter(({ cid }) => cid !== stateRoot));
    for (const store of [few, new LateBlockstore(few)]) {
      const actor = await readActor(store, state, alice, fresh());
      expect(actor).toMatchObject({ type: "account", state: undefined, stateRoot });
    }
  });

  test("is listed with all others", async () => {
    const found: ListedActor[] = [];
    await listActors(
      new LateBlockstore(new MemoryBlockstore([...net.store])),
      state,
      (actor) => void found.push(actor),
      fresh(),
    );
    expect(found.filter(({ type }) => type === "account").length).toBeGreaterThanOrEqual(2);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });
});

describe("what callers get wrong is said", () => {
  const wrong = (option: string) => ({ name: "FvmError", code: "INVALID_OPTION", details: { option } });
  const bad = <T>(value: unknown) => value as T;
  test.each<[name: string, option: string, call: () => Promise<unknown>]>([
    ["no store", "store", () => readActor(bad({}), state, alice)],
    ["no state", "state", () => readActor(net.store, bad(undefined), alice)],
    ["a root in text", "state.root", () => readActor(net.store, { ...state, root: bad("bafy") }, alice)],
    [
      "no network version",
      "state.network",
      () => readActor(net.store, { ...state, network: bad("28") }, alice),
    ],
    ["no signal", "signal", () => readActor(net.store, state, alice, { signal: bad(1) })],
    ["no cache", "blockCache", () => readActor(net.store, state, alice, { blockCache: bad({}) })],
    ["no slots", "slots", () => readStorage(net.store, state, alice, bad(7n))],
    ["nobody to tell", "tell", () => listActors(net.store, state, bad(undefined))],
    ["no earlier state", "before", () => compareStates(net.store, bad(1), state)],
    ["no later state", "after.root", () => compareStates(net.store, state, bad({ network: 28 }))],
    ["no limit", "maxEntries", () => compareStates(net.store, state, state, { maxEntries: -1 })],
    ["no options", "options", () => compareStates(net.store, state, state, bad(null))],
    ["no store for roots", "store", () => diffStates(bad(undefined), state.root, state.root)],
    ["no machine", "machine", () => compareChanges(bad({}), noChanges())],
  ])("%s", async (_, option, call) => {
    const expected = wrong(option);
    await expect(call()).rejects.toMatchObject({
      ...expected,
      details: expect.objectContaining(expected.details),
    });
  });

  test.each<[name: string, code: string, call: () => Promise<unknown>]>([
    ["an address in text", "INVALID_ADDRESS", () => readActor(net.store, state, bad("f01"))],
    [
      "a network version that there is not",
      "UNKNOWN_NETWORK_VERSION",
      () => readActor(net.store, { ...state, network: 999 }, alice),
    ],
    [
      "a root that is none",
      "INVALID_STATE",
      () => readActor(net.store, { ...state, root: EMPTY_ARRAY }, alice),
    ],
    ["an account's storage", "INVALID_STATE", () => readStorage(net.store, state, alice, [1n])],
    ["a root in text", "INVALID_CID", () => diffStates(net.store, "bafy" as Cid, state.root)],
  ])("%s", async (_, code, call) => {
    await expect(call()).rejects.toMatchObject({ name: "FvmError", code });
  });

  test("changes that a machine's messages cannot have made", async () => {
    using machine = await Machine.create({
      network: 28,
      stateRoot: net.stateRoot,
      blockstore: net.store,
      epoch: 1,
    });
    const actors = new Map([[999_999, { kind: "removed" } as const]]);
    await expect(compareChanges(machine, { actors, addresses: new Map() })).rejects.toThrow(
      /no actor that could be removed/,
    );
    await expect(compareChanges(machine, { actors: 1 } as never)).rejects.toMatchObject({
      code: "INVALID_OPTION",
    });
    expect(await compareChanges(machine, noChanges())).toEqual({
      actors: [],
      addresses: new Map(),
      more: [],
    });
    machine.close();
    await expect(compareChanges(machine, noChanges())).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
  });
});

test("the signal ends a comparison that waits", async () => {
  const abort = new AbortController();
  const silent = { get: () => new Promise<undefined>(() => undefined), putMany: () => undefined };
  const waiting = compareStates(silent, state, state, { ...fresh(), signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});
