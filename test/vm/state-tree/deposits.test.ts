/** Deposits are additions that nobody can tell from a changed balance. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Blocks } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { finish } from "../../../src/util/waits.js";
import { Genesis } from "../../../src/vm/genesis/genesis.js";
import { changedState } from "../../../src/vm/machine/changed-state.js";
import { type ActorState, withBalance } from "../../../src/vm/state-tree/actor-state.js";
import { compareDiffs } from "../../../src/vm/state-tree/state-diff.js";
import { StateTree } from "../../../src/vm/state-tree/state-tree.js";
import { StoredState } from "../../../src/vm/state-tree/state-view.js";
import { FakeNativeBlocks } from "../../support/fake-native-blocks.js";

const store = new MemoryBlockstore();
const builtins = Object.fromEntries(
  ["system", "init", "account", "placeholder", "eam", "ethaccount"].map((name) => [name, new Uint8Array(8)]),
);
const genesis = new Genesis(store, { network: 28, networkName: "test", builtins });
for (const balance of [0n, 7n]) genesis.addActor({ code: genesis.codeOf("account"), balance });
const root = await genesis.write();
/** Two that there are, burnt funds, and one that there is not. */
const IDS = [100, 101, 99, 102];

type Act =
  | { readonly do: "deposit" | "pay"; readonly id: number; readonly attoFil: bigint }
  | { readonly do: "look" | "find" | "delete"; readonly id: number }
  | { readonly do: "begin" | "revert" | "commit" | "flush" | "store" | "compare" };

const id = fc.constantFrom(...IDS);
const attoFil = fc.bigInt(1n, 1_000n);
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("deposit" as const), id, attoFil }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("pay" as const), id, attoFil }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("look" as const, "find" as const), id }) },
    fc.record({ do: fc.constant("delete" as const), id }),
    fc.record({ do: fc.constantFrom("begin", "revert", "commit", "flush", "store", "compare") }),
  ),
  { maxLength: 40 },
);

/** Actors in a map that is copied when a transaction begins. */
class Model {
  actors: Map<number, ActorState>;
  private readonly open: { readonly height: number; readonly actors: Map<number, ActorState> }[] = [];

  constructor(tree: StateTree) {
    this.actors = new Map(IDS.flatMap((id) => [[id, tree.getActor(id)]] as [number, ActorState][]));
    for (const id of IDS) if (this.actors.get(id) === undefined) this.actors.delete(id);
  }

  add(id: number, attoFil: bigint): boolean {
    const actor = this.actors.get(id);
    if (actor !== undefined) this.actors.set(id, withBalance(actor, actor.balance + attoFil));
    return actor !== undefined;
  }

  begin(height: number): void {
    this.open.push({ height, actors: new Map(this.actors) });
  }

  revert(): number | undefined {
    const last = this.open.pop();
    if (last !== undefined) this.actors = last.actors;
    return last?.height;
  }

  commit(): void {
    this.open.length = 0;
  }
}

/** A tree that has set all actors to what the model says. */
function rebuilt({ actors }: Model): StateTree {
  const tree = StateTree.load(new Blocks(new FakeNativeBlocks(), store), root, [5]);
  for (const id of IDS) {
    const actor = actors.get(id);
    if (actor === undefined) tree.deleteActor(id);
    else tree.setActor(id, actor);
  }
  return tree;
}

test("whoever looks, undoes, deletes and flushes in between", async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (script) => {
      const blocks = new Blocks(new FakeNativeBlocks(), store);
      const tree = StateTree.load(blocks, root, [5]);
      const model = new Model(tree);
      let base = root;
      let isStored = false;
      for (const act of script) {
        switch (act.do) {
          case "deposit":
            expect(tree.deposit(act.id, act.attoFil)).toBe(model.add(act.id, act.attoFil));
            break;
          case "pay": {
            const actor = tree.getActor(act.id);
            if (model.add(act.id, act.attoFil)) {
              tree.setActor(act.id, withBalance(actor as ActorState, (actor?.balance ?? 0n) + act.attoFil));
            }
            break;
          }
          case "look":
            expect(tree.getActor(act.id)).toEqual(model.actors.get(act.id));
            break;
          case "find":
            // It has been looked at when the model was made.
            expect(tree.cachedActor(act.id)).toEqual(model.actors.get(act.id));
            break;
          case "delete":
            tree.deleteActor(act.id);
            model.actors.delete(act.id);
            break;
          case "begin":
            model.begin(tree.journal.height);
            break;
          case "revert": {
            const height = model.revert();
            if (height !== undefined) tree.journal.rollback(height);
            break;
          }
          case "commit":
            tree.journal.commit();
            model.commit();
            break;
          case "flush":
          case "store": {
            const flushed = tree.flush();
            expect(flushed).toBe(rebuilt(model).flush());
            model.commit();
            if (act.do === "flush") break;
            base = flushed;
            isStored = true;
            tree.stored();
            break;
          }
          case "compare": {
            const changes = tree.changes();
            if (!isStored) expect(compareDiffs(rebuilt(model).changes(), changes)).toEqual([]);
            // The changes, over what they are changes of, are the state.
            const below = StoredState.load(blocks, base, [5]);
            const state = await finish(changedState(below, [changes], blocks));
            expect(new StateTree(blocks, state).flush()).toBe(rebuilt(model).flush());
            break;
          }
        }
      }
      expect(tree.flush()).toBe(rebuilt(model).flush());
    }),
    { numRuns: 400 },
  );
});

test("what has not been committed is known apart from what has", () => {
  const tree = StateTree.load(new Blocks(new FakeNativeBlocks(), store), root, [5]);
  tree.deposit(99, 5n);
  tree.journal.commit();
  tree.deposit(99, 3n);
  tree.deposit(101, 1n);
  const balances = (diff: ReturnType<StateTree["changes"]>) =>
    Array.from(diff.actors, ([id, change]) => [id, change.kind === "changed" ? change.balance : change.kind]);
  expect(balances(tree.uncommittedChanges())).toEqual([
    [99, 3n],
    [101, 1n],
  ]);
  expect(balances(tree.changes())).toEqual([
    [99, 8n],
    [101, 1n],
  ]);
  // Looking at an actor changes nothing.
  expect(tree.getActor(99)?.balance).toBe(8n);
  expect(balances(tree.uncommittedChanges())).toEqual([
    [99, 3n],
    [101, 1n],
  ]);
  tree.journal.rollback(0);
  expect(tree.uncommittedChanges().actors.size).toBe(0);
  expect(balances(tree.changes())).toEqual([[99, 5n]]);
  expect(tree.getActor(99)?.balance).toBe(5n);
});
