import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { Blocks, type Blockstore } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { migrateState } from "../../../src/chain/migrations/migrate-state.js";
import { CHAIN_NETWORKS, type ChainNetwork } from "../../../src/chain/networks/networks.js";
import type { Upgrade, UpgradeName } from "../../../src/chain/networks/upgrades.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { FvmError, HostFault } from "../../../src/errors.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { native } from "../../../src/native/index.js";
import { type ActorState, EMPTY_ARRAY } from "../../../src/vm/state-tree/actor-state.js";
import {
  ACTOR_NAMES,
  type MadeActors,
  makeActors,
  makeState,
  powerState,
  writeState,
} from "../../support/made-state.js";

/** More than one batch of blocks. */
const ACTORS = 6000;
const HEIGHT = 77;

interface Setting {
  readonly store: MemoryBlockstore;
  readonly old: MadeActors;
  readonly new: MadeActors;
  readonly root: Cid;
  readonly actors: ReadonlyMap<number, ActorState>;
  readonly network: ChainNetwork;
  readonly upgrade: Upgrade;
}

async function setting(networkVersion: number, name?: UpgradeName): Promise<Setting> {
  const store = new MemoryBlockstore();
  const [old, made] = [await makeActors(store, 1), await makeActors(store, 2)];
  const { root, actors } = await makeState(store, old, ACTORS);
  const upgrade: Upgrade = { height: HEIGHT, networkVersion, ...(name !== undefined && { name }) };
  const network = {
    ...CHAIN_NETWORKS.mainnet,
    upgrades: [upgrade],
    manifests: { [networkVersion]: made.manifest },
  };
  return { store, old, new: made, root, actors, network, upgrade };
}

/** The state that the rules of an upgrade describe, written actor by actor. */
function expectedRoot(
  made: Setting,
  changes: (blocks: Blocks) => ReadonlyMap<number, Partial<ActorState>>,
): Cid {
  const blocks = new Blocks(native.blocks(), made.store);
  const codes = new Map(ACTOR_NAMES.map((name) => [made.old.code(name), made.new.code(name)]));
  const changed = changes(blocks);
  const system = blocks.put(DAG_CBOR, new CborWriter().array(1).cid(made.new.list).finish());
  const actors = new Map<number, ActorState>();
  for (const [id, actor] of made.actors) {
    const swapped = { ...actor, code: codes.get(actor.code) as Cid, ...(id === 0 && { state: system }) };
    actors.set(id, { ...swapped, ...changed.get(id) });
  }
  return writeState(blocks, actors);
}

const nothing = () => new Map<number, Partial<ActorState>>();

describe("a state after", () => {
  test.each<[UpgradeName | undefined, number]>([
    [undefined, 28],
    [undefined, 27],
    ["FireHorse", 28],
    ["GoldenWeek", 27],
    ["TockFix", 26],
    ["CalibrationDragonFix", 22],
    ["WatermelonFix", 21],
    ["WatermelonFix2", 21],
  ])("%s (network version %i) has other code", async (name, version) => {
    const made = await setting(version, name);
    const root = await migrateState(made.store, made.network, made.upgrade, made.root);
    expect(cidText(root)).toBe(cidText(expectedRoot(made, nothing)));
    expect(root).not.toBe(made.root);
    expect(lacking(made.store, root)).toEqual([]);
  });

  test("Waffle has an account of its own key instead of the reserve", async () => {
    const made = await setting(23);
    const root = await migrateState(made.store, made.network, made.upgrade, made.root);
    const expected = expectedRoot(made, (blocks) => {
      const state = blocks.put(DAG_CBOR, new CborWriter().array(1).latin1(idAddress(90)).finish());
      return new Map([[90, { code: made.new.code("account"), state }]]);
    });
    expect(cidText(root)).toBe(cidText(expected));
    expect(lacking(made.store, root)).toEqual([]);
  });

  test("Waffle leaves a reserve that is no multisig", async () => {
    const made = await setting(23);
    const actors = new Map(made.actors);
    actors.set(90, { ...(actors.get(90) as ActorState), code: made.old.code("account") });
    const blocks = new Blocks(native.blocks(), made.store);
    const start = writeState(blocks, actors);
    await blocks.flushAll();
    const root = await migrateState(made.store, made.network, made.upgrade, start);
    expect(cidText(root)).toBe(cidText(expectedRoot({ ...made, actors }, nothing)));
  });

  test("TukTuk has a power actor that knows its ramp", async () => {
    const made = await setting(24);
    const root = await migrateState(made.store, made.network, made.upgrade, made.root);
    const ramp = { start: HEIGHT, duration: 365 * 2880 };
    const expected = expectedRoot(
      made,
      (blocks) => new Map([[4, { state: blocks.put(DAG_CBOR, powerState(EMPTY_ARRAY, ramp)) }]]),
    );
    expect(cidText(root)).toBe(cidText(expected));
    expect(lacking(made.store, root)).toEqual([]);
  });

  test.each<UpgradeName>(["Thunder", "Tock", "Tape"])("%s is the same", async (name) => {
    const made = await setting(26, name);
    expect(await migrateState(made.store, made.network, made.upgrade, made.root)).toBe(made.root);
  });

  test("an upgrade is the same from a slow store, which is asked for many blocks at a time", async () => {
    const made = await setting(28);
    let [open, most] = [0, 0];
    const slow: Blockstore = {
      async get(cid) {
        most = Math.max(most, ++open);
        await nextTurn();
        open--;
        return made.store.get(cid);
      },
      putMany: (blocks) => made.store.putMany(blocks),
    };
    const root = await migrateState(slow, made.network, made.upgrade, made.root);
    expect(cidText(root)).toBe(cidText(expectedRoot(made, nothing)));
    expect(most).toBeGreaterThan(24);
  });

  test.each<[string, (cid: Cid, store: MemoryBlockstore) => ReturnType<Blockstore["get"]>]>([
    [
      "throws",
      () => {
        throw new Error("disk on fire");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk on fire"))],
    ["lacks a block", () => undefined],
    ["lacks a block, later", async () => undefined],
  ])("an upgrade from a store that %s is a fault", async (_, answer) => {
    const made = await setting(28);
    let reads = 0;
    const store: Blockstore = {
      get: (cid) =>
        ++reads % 100 === 0 ? answer(cid, made.store) : nextTurn().then(() => made.store.get(cid)),
      putMany: (blocks) => made.store.putMany(blocks),
    };
    await expect(migrateState(store, made.network, made.upgrade, made.root)).rejects.toBeInstanceOf(
      HostFault,
    );
    await nextTurn();
  });
});

describe("an upgrade is refused", () => {
  test.each<[string, UpgradeName | undefined, number, string, string]>([
    ["that rewrites states", undefined, 25, "Teep", "it rewrites miners and contracts"],
    ["that rewrites states, by its name", "Hygge", 18, "Hygge", "it rewrites the init actor and addresses"],
    ["that is not known", undefined, 29, "of no name", "it is not known"],
  ])("%s", async (_, name, networkVersion, upgrade, reason) => {
    const made = await setting(networkVersion, name);
    const details = { upgrade, networkVersion, epoch: HEIGHT, reason };
    await expect(migrateState(made.store, made.network, made.upgrade, made.root)).rejects.toEqual(
      new FvmError("UPGRADE_NOT_SUPPORTED", details),
    );
  });

  test("without the new actors in the store", async () => {
    const made = await setting(28);
    const manifest = native.cidOf(DAG_CBOR, Uint8Array.of(1));
    const network = { ...made.network, manifests: { 28: manifest } };
    await expect(migrateState(made.store, network, made.upgrade, made.root)).rejects.toEqual(
      new FvmError("ACTORS_MISSING", {
        ...{ networkVersion: 28, network: "mainnet", manifest: cidText(manifest) },
        remedy: "fvm bundles fetch v18 --network mainnet, then fvm chain import again",
      }),
    );
    const late: Blockstore = { get: async (cid) => made.store.get(cid), putMany: () => undefined };
    await expect(migrateState(late, network, made.upgrade, made.root)).rejects.toThrow(/ACTORS_MISSING/);
  });

  test("if an actor runs other code than a builtin actor's", async () => {
    const made = await setting(28);
    const actors = new Map(made.actors);
    actors.set(5000, { ...(actors.get(5000) as ActorState), code: made.new.code("account") });
    const blocks = new Blocks(native.blocks(), made.store);
    const start = writeState(blocks, actors);
    await blocks.flushAll();
    await expect(migrateState(made.store, made.network, made.upgrade, start)).rejects.toThrow(
      /INVALID_STATE.*an actor's code is not one of the builtin actors'/,
    );
  });

  test("if the new actors lack one of the old", async () => {
    const made = await setting(28);
    const few = await makeActors(made.store, 3, ACTOR_NAMES.slice(0, 10));
    const network = { ...made.network, manifests: { 28: few.manifest } };
    await expect(migrateState(made.store, network, made.upgrade, made.root)).rejects.toThrow(
      /INVALID_MANIFEST.*no actor verifiedregistry/,
    );
  });
});

test("an upgrade ends with its signal", async () => {
  const made = await setting(28);
  const controller = new AbortController();
  let reads = 0;
  const store: Blockstore = {
    get(cid) {
      if (++reads === 100) setImmediate(() => controller.abort(new Error("enough")));
      return reads % 2 === 0
        ? made.store.get(cid)
        : new Promise((resolve) => setImmediate(resolve, made.store.get(cid)));
    },
    putMany: (blocks) => made.store.putMany(blocks),
  };
  const migrating = migrateState(store, made.network, made.upgrade, made.root, { signal: controller.signal });
  await expect(migrating).rejects.toThrow("enough");
  expect(reads).toBeLessThan(200);
});

/** Blocks that are linked from a root and not in the store, but for code. */
function lacking(store: MemoryBlockstore, root: Cid): string[] {
  const seen = new Set<Cid>();
  const missing: string[] = [];
  const pending = [root];
  for (let cid = pending.pop(); cid !== undefined; cid = pending.pop()) {
    if (seen.has(cid)) continue;
    seen.add(cid);
    const data = store.get(cid);
    if (data === undefined) missing.push(cidText(cid));
    else pending.push(...linksOf(data));
  }
  return missing;
}

/** Links to DAG-CBOR blocks. */
function linksOf(data: Uint8Array): Cid[] {
  const parts = Buffer.from(data).toString("latin1").split("\xd8\x2a\x58\x27\0").slice(1);
  return parts.map((part) => part.slice(0, 38) as Cid).filter((cid) => cid.startsWith("\x01\x71"));
}
