import { beforeEach, describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../../src/address/address.js";
import { Blocks } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { CborReader } from "../../../src/ipld/cbor.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { Genesis } from "../../../src/vm/genesis/genesis.js";
import { actorCodec } from "../../../src/vm/state-tree/actor-codec.js";
import {
  type ActorState,
  EMPTY_ARRAY,
  emptyActor,
  withState,
} from "../../../src/vm/state-tree/actor-state.js";
import { InitState } from "../../../src/vm/state-tree/init-actor.js";
import { StateTree } from "../../../src/vm/state-tree/state-tree.js";
import { LayeredState, StoredState } from "../../../src/vm/state-tree/state-view.js";
import { LateBlockstore, untilDone } from "../../support/blocks.js";
import { FakeNativeBlocks } from "../../support/fake-native-blocks.js";

const ALICE = `\x01${"a".repeat(20)}` as Address;
const BOB = `\x01${"b".repeat(20)}` as Address;
const ETH = `\x04\x0a${"e".repeat(20)}` as Address;

let store: MemoryBlockstore;
let root: Cid;
let code: Cid;
let blocks: Blocks;
let tree: StateTree;

beforeEach(async () => ({ store, root, code } = await genesis(28)));
beforeEach(() => {
  blocks = new Blocks(new FakeNativeBlocks(), store);
  tree = StateTree.load(blocks, root, [5]);
});

async function genesis(network: number) {
  const memory = new MemoryBlockstore();
  const names = ["system", "init", "account", "placeholder", "eam", "ethaccount"];
  const builtins = Object.fromEntries(names.map((name) => [name, new TextEncoder().encode(name)]));
  const made = new Genesis(memory, { network, networkName: "test", builtins });
  made.addAccount(ALICE, 50n);
  return { store: memory, root: await made.write(), code: made.codeOf("account") };
}

/** Actors by ID address, read from the blocks alone. */
function stored(stateRoot: Cid, version = 5): Map<string, ActorState> {
  const reader = new CborReader(blocks.get(stateRoot));
  reader.tuple(3);
  expect(reader.u64()).toBe(version);
  return new Map(Hamt.load(blocks, reader.cid(), actorCodec(version)).entries());
}

describe("actors", () => {
  test("are found by ID, and their ID by address", () => {
    expect(tree.resolveAddress(ALICE)).toBe(100);
    expect(tree.getActor(100)).toMatchObject({ code, balance: 50n, nonce: 0, delegatedAddress: undefined });
    expect(tree.resolveAddress(BOB)).toBeUndefined();
    expect(tree.getActor(101)).toBeUndefined();
    // An ID address has its ID, whether anybody has it or not.
    expect(tree.resolveAddress(idAddress(12345))).toBe(12345);
  });

  test("are set and deleted, and all that is in the blocks after a flush", () => {
    const actor = { ...emptyActor(code, ETH), balance: 2n ** 90n, nonce: 7 };
    tree.setActor(2n ** 63n, actor);
    tree.setActor(101, actor);
    tree.deleteActor(100);
    tree.deleteActor(999);
    const actors = stored(tree.flush());
    expect(actors.get(idAddress(2n ** 63n))).toEqual(actor);
    expect(actors.get(idAddress(101))).toEqual(actor);
    expect(actors.has(idAddress(100))).toBe(false);
  });

  test("that were changed and changed back leave the root as it was", () => {
    const actor = tree.getActor(100);
    tree.deleteActor(100);
    tree.journal.rollback(0);
    tree.setActor(101, emptyActor(code, undefined));
    tree.deleteActor(101);
    expect(tree.flush()).toBe(root);
    expect(tree.getActor(100)).toEqual(actor);
  });

  test("go on after a flush", () => {
    tree.setActor(101, emptyActor(code, undefined));
    tree.journal.commit();
    const first = tree.flush();
    expect(tree.flush()).toBe(first);
    tree.deleteActor(101);
    expect(tree.flush()).toBe(root);
  });
});

describe("addresses", () => {
  test("get the next ID, in the init actor's state", () => {
    const before = tree.getActor(1)?.state;
    expect([tree.registerAddress(BOB), tree.registerAddress(ETH)]).toEqual([101, 102]);
    expect([tree.resolveAddress(BOB), tree.resolveAddress(ETH)]).toEqual([101, 102]);
    expect(tree.getActor(1)?.state).not.toBe(before);
    // Another tree reads it from the blocks.
    const again = StateTree.load(blocks, tree.flush(), [5]);
    expect([again.resolveAddress(ALICE), again.resolveAddress(ETH)]).toEqual([100, 102]);
  });

  test("are forgotten with their transaction, and their ID is given again", () => {
    tree.registerAddress(BOB);
    tree.journal.rollback(0);
    expect(tree.resolveAddress(BOB)).toBeUndefined();
    expect(tree.registerAddress(ETH)).toBe(101);
  });
});

describe("views", () => {
  test("a state with other actors is as if it had been stored with them", () => {
    const made = InitState.load(blocks, (tree.getActor(1) as ActorState).state).register(BOB);
    const init = withState(tree.getActor(1) as ActorState, made.next.root);
    const bob = emptyActor(code, undefined);
    const stored = StoredState.load(blocks, root, [5]);
    const layered = new LayeredState(
      stored,
      new Map<number, ActorState | null>([
        [1, init],
        [100, null],
        [101, bob],
      ]),
      blocks,
    );
    tree.setActor(1, init);
    tree.deleteActor(100);
    tree.setActor(101, bob);
    const again = tree.flush();
    for (const view of [layered, StoredState.load(blocks, again, [5])]) {
      expect([view.getActor(100), view.getActor(101)]).toEqual([undefined, bob]);
      expect([view.resolveAddress(BOB), view.resolveAddress(ALICE), view.resolveAddress(ETH)]).toEqual([
        101,
        100,
        undefined,
      ]);
      expect(view.getActor(10)).toEqual(stored.getActor(10));
      expect(view.with(new Map(), blocks).root).toBe(again);
      const over = new StateTree(blocks, view);
      expect(over.registerAddress(ETH)).toBe(102);
      over.setActor(102, emptyActor(code, ETH));
      over.deleteActor(101);
      const next = StateTree.load(blocks, over.flush(), [5]);
      expect([next.resolveAddress(ETH), next.getActor(100), next.getActor(101)]).toEqual([
        102,
        undefined,
        undefined,
      ]);
      // A view that others stand on stays as it was.
      expect([view.getActor(101), view.resolveAddress(ETH)]).toEqual([bob, undefined]);
    }
    // Nor has the stored one changed below.
    expect(stored.getActor(100)).toMatchObject({ balance: 50n });
    expect([stored.getActor(101), stored.resolveAddress(BOB)]).toEqual([undefined, undefined]);
  });

  test("addresses are found whoever has registered them", () => {
    const init = tree.getActor(1) as ActorState;
    // As the init actor does it itself.
    const { next } = InitState.load(blocks, init.state).register(BOB);
    tree.setActor(1, withState(init, next.root));
    tree.registerAddress(ETH);
    expect([...tree.changes().addresses].sort()).toEqual([
      [BOB, 101],
      [ETH, 102],
    ]);
    tree.journal.rollback(0);
    expect(tree.changes()).toEqual({ actors: new Map(), addresses: new Map() });
  });
});

describe("versions", () => {
  test.each([
    [16, 4],
    [17, 4],
    [18, 5],
  ])("network version %i has state tree version %i", async (network, version) => {
    const made = await genesis(network);
    blocks = new Blocks(new FakeNativeBlocks(), made.store);
    tree = StateTree.load(blocks, made.root, [version]);
    tree.setActor(101, emptyActor(code, undefined));
    expect(stored(tree.flush(), version).get(idAddress(101))).toEqual(emptyActor(code, undefined));
    expect(() => StateTree.load(blocks, made.root, [version + 1])).toThrow(
      expect.objectContaining({ code: "INVALID_STATE" }),
    );
  });
});

test("steps can be done again when a block was late", async () => {
  blocks = new Blocks(new FakeNativeBlocks(false), new LateBlockstore(store));
  tree = await untilDone(() => StateTree.load(blocks, root, [5]));
  const id = await untilDone(() => {
    tree.journal.rollback(0);
    return tree.registerAddress(BOB);
  });
  expect(id).toBe(101);
  tree.setActor(id, emptyActor(code, undefined));
  const expected = StateTree.load(new Blocks(new FakeNativeBlocks(), store), root, [5]);
  expected.setActor(expected.registerAddress(BOB), emptyActor(code, undefined));
  expect(await untilDone(() => tree.flush())).toBe(expected.flush());
});

test("a new actor's state is the empty array", () => {
  blocks.put(0x71, Uint8Array.of(0x80));
  expect(blocks.get(EMPTY_ARRAY)).toEqual(Uint8Array.of(0x80));
});
