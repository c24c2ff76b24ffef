import { describe, expect, test, vi } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import { Blocks } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../../src/encoding/codecs.js";
import { FvmError, HostFault } from "../../../src/errors.js";
import { diffStates } from "../../../src/inspect/state/diff-states.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { native } from "../../../src/native/index.js";
import { actorCodec } from "../../../src/vm/state-tree/actor-codec.js";
import { type ActorState, EMPTY_ARRAY, emptyActor } from "../../../src/vm/state-tree/actor-state.js";
import { LateBlockstore } from "../../support/blocks.js";

const code = native.cidOf(RAW, Uint8Array.of(1));
const actor: ActorState = { ...emptyActor(code, undefined), balance: 5n };
const CACHE_BYTES = 2 ** 26;

/** A store, and a way to make states of it. */
class States {
  readonly store = new MemoryBlockstore();
  readonly #blocks = new Blocks(native.blocks(), this.store);
  readonly #codec = actorCodec(5);

  async root(actors: Iterable<readonly [key: string, actor: ActorState]>, version = 5): Promise<Cid> {
    const hamt = Hamt.empty(this.#blocks, version === 5 ? this.#codec : actorCodec(version));
    for (const [key, value] of actors) hamt.set(key, value);
    return this.#written(version, hamt);
  }

  /** A state with one actor otherwise. */
  async changed(actorsRoot: Cid, id: number, other: ActorState): Promise<Cid> {
    const hamt = Hamt.load(this.#blocks, actorsRoot, this.#codec);
    hamt.set(idAddress(id), other);
    return this.#written(5, hamt);
  }

  async #written(version: number, hamt: Hamt<ActorState>): Promise<Cid> {
    const writer = new CborWriter().array(3).u64(version).cid(hamt.flush()).cid(EMPTY_ARRAY);
    const root = this.#blocks.put(DAG_CBOR, writer.finish());
    this.#blocks.put(DAG_CBOR, Uint8Array.of(0x80));
    await this.#blocks.flush(root, "current");
    return root;
  }
}

function* numbered(count: number): Generator<[string, ActorState]> {
  for (let id = 1000; id < 1000 + count; id++) yield [idAddress(id), { ...actor, nonce: id }];
}

/** An own cache: what others have read would not be asked for. */
const fresh = () => ({ blockCache: BlockCache.create(CACHE_BYTES) });

describe("two states", () => {
  test("differ in actors added, removed and changed, in order", async () => {
    const states = new States();
    const before = await states.root([
      [idAddress(2n ** 63n), actor],
      [idAddress(1000), actor],
      [idAddress(70), actor],
      [idAddress(5), actor],
    ]);
    const after = await states.root([
      [idAddress(70), { ...actor, balance: 3n, nonce: 1 }],
      [idAddress(6), actor],
      [idAddress(5), actor],
      [idAddress(2n ** 63n), { ...actor }],
    ]);
    expect(await diffStates(states.store, before, after, fresh())).toEqual({
      actors: new Map([
        [6, { kind: "added", actor }],
        [70, { kind: "changed", balance: -2n, nonce: 1 }],
        [1000, { kind: "removed" }],
      ]),
      addresses: new Map(),
    });
    expect((await diffStates(states.store, after, after, fresh())).actors.size).toBe(0);
  });

  test("are compared by what they mean, if their trees are of different versions", async () => {
    const states = new States();
    const entries = [...numbered(50)];
    const before = await states.root(entries, 4);
    const after = await states.root([...entries.slice(1), [idAddress(7), actor]]);
    const { actors } = await diffStates(states.store, before, after, fresh());
    expect(actors).toEqual(
      new Map([
        [7, { kind: "added", actor }],
        [1000, { kind: "removed" }],
      ]),
    );
  });

  test("of many actors, one of them changed: only two paths are read", async () => {
    const states = new States();
    const before = await states.root(numbered(20_000));
    const store = new LateBlockstore(states.store);
    const actorsRoot = new Blocks(native.blocks(), states.store).read(before, {
      decode(reader) {
        reader.tuple(3);
        reader.u64();
        const actors = reader.cid();
        reader.cid();
        return actors;
      },
    });
    const after = await states.changed(actorsRoot, 1234, { ...actor, nonce: 1 });
    const { actors } = await diffStates(store, before, after, fresh());
    expect(actors).toEqual(new Map([[1234, { kind: "changed", nonce: 1 }]]));
    // Each state: its root, and a path of three or four nodes.
    expect(store.reads).toBeGreaterThanOrEqual(8);
    expect(store.reads).toBeLessThanOrEqual(10);
  });

  test("with nothing in common: each block is asked for once", async () => {
    const states = new States();
    const before = await states.root(numbered(500));
    const after = await states.root(
      [...numbered(500)].map(([key, value]) => [key, { ...value, balance: 6n }]),
    );
    const store = new LateBlockstore(states.store);
    const asked = vi.spyOn(store, "get");
    const { actors } = await diffStates(store, before, after, fresh());
    expect(actors.size).toBe(500);
    expect(new Set(asked.mock.calls.map(([cid]) => cid)).size).toBe(asked.mock.calls.length);
  });
});

describe("what is wrong is said", () => {
  const states = new States();
  const invalidState = (reason: string) => ({
    code: "INVALID_STATE",
    details: expect.objectContaining({ reason }),
  });

  test("a root that the store lacks", async () => {
    const root = await states.root(numbered(3));
    await expect(diffStates(states.store, root, code, fresh())).rejects.toMatchObject(
      invalidState("the store lacks the state root"),
    );
  });

  test("a block that is no root", async () => {
    const root = await states.root(numbered(3));
    await expect(diffStates(states.store, root, EMPTY_ARRAY, fresh())).rejects.toMatchObject(
      invalidState("the block is no state root"),
    );
  });

  test("a tree of another version", async () => {
    const root = await states.root(numbered(3), 77);
    await expect(diffStates(states.store, root, root, fresh())).rejects.toThrow("state tree version 77");
  });

  test("a key that is no ID", async () => {
    const [before, after] = [await states.root([]), await states.root([["\x00\x80\x00", actor]])];
    await expect(diffStates(states.store, before, after, fresh())).rejects.toMatchObject(
      invalidState("the key of an actor is 0x008000, which is no ID address"),
    );
  });

  test("a node that the store lacks", async () => {
    const before = await states.root(numbered(1));
    const after = await states.root(numbered(2));
    const few = new MemoryBlockstore();
    few.putMany([before, after].map((cid) => ({ cid, data: states.store.get(cid) as Uint8Array })));
    await expect(diffStates(few, before, after, fresh())).rejects.toThrow(HostFault);
  });

  test("text that is no CID", async () => {
    const root = await states.root([]);
    await expect(diffStates(states.store, "bafy" as Cid, root)).rejects.toThrow(FvmError);
  });
});

test("the signal ends it", async () => {
  const states = new States();
  const [before, after] = [await states.root(numbered(100)), await states.root([])];
  const abort = new AbortController();
  const silent = { get: () => new Promise<undefined>(() => undefined), putMany: () => undefined };
  const pending = diffStates(silent, before, after, { ...fresh(), signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(pending).rejects.toThrow("enough");
  const late = diffStates(states.store, before, after, { ...fresh(), signal: abort.signal });
  await expect(late).rejects.toThrow("enough");
});

test("the signal ends it while it works", async () => {
  const states = new States();
  const [before, after] = [await states.root(numbered(20_000)), await states.root([])];
  const abort = new AbortController();
  setImmediate(() => abort.abort(new Error("enough")));
  await expect(diffStates(states.store, before, after, { ...fresh(), signal: abort.signal })).rejects.toThrow(
    "enough",
  );
});
