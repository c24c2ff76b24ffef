import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import type { ChainStore } from "../../../src/chain/store/chain-store.js";
import { CidSet } from "../../../src/chain/store/cid-set.js";
import { collectGarbage, type GarbageProgress } from "../../../src/chain/store/collect-garbage.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { reachableBlocks } from "../../../src/chain/store/reachable.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { RAW } from "../../../src/encoding/codecs.js";
import { native } from "../../../src/native/index.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { openFolder, temporaryFile } from "../../support/chain-folder.js";
import { SmallChain } from "../../support/small-chain.js";

const STATES = 7;

/** A chain with a fork, and a block of nobody, in a folder. */
async function imported(): Promise<{ chain: SmallChain; fork: SmallChain; store: ChainStore; stray: Cid }> {
  const chain = SmallChain.of(40);
  const fork = chain.forkAt(30);
  fork.grow({ salt: "fork", nullRounds: 2 });
  const store = await openFolder(chain.network);
  await importSnapshot(store, temporaryFile("chain.car", chain.car()));
  const data = latin1Bytes("stray");
  const stray = native.cidOf(RAW, data);
  await store.blockstore.putMany([{ cid: stray, data }]);
  return { chain, fork, store, stray };
}

/** CIDs behind roots, worked out without the code under test's marks. */
async function behind(chain: SmallChain, roots: readonly Cid[]): Promise<Set<Cid>> {
  const found = new Set<Cid>();
  const seen = CidSet.temporary();
  const options = { seen, onMissing: () => undefined, signal: undefined };
  for (const root of roots) {
    for await (const { cid } of reachableBlocks(chain.store, root, options)) found.add(cid);
  }
  return found;
}

/** Blocks that are to stay. */
async function needed(chain: SmallChain): Promise<Set<Cid>> {
  const recent = chain.tipsets.slice(-STATES);
  const states = [chain.tipsets[0] as (typeof recent)[0], ...recent].map(
    (tipset) => firstHeader(tipset).parentStateRoot,
  );
  const kept = await behind(chain, [...states, firstHeader(chain.head).messages]);
  for (const { key } of chain.tipsets) for (const cid of key) kept.add(cid);
  for (const parent of firstHeader(chain.tipsets[0] as (typeof recent)[0]).parents) kept.add(parent);
  return kept;
}

async function cidsIn(store: ChainStore): Promise<Set<Cid>> {
  const cids = new Set<Cid>();
  for await (const { cid } of store.database.blocks()) cids.add(cid);
  return cids;
}

test("what the chain does not need goes, and nothing else", async () => {
  const { chain, fork, store, stray } = await imported();
  const before = (await cidsIn(store)).size;
  const result = await collectGarbage(store, { states: STATES });
  const kept = await needed(chain);
  expect(await cidsIn(store)).toEqual(kept);
  expect(result).toMatchObject({ kept: kept.size, freed: before - kept.size });
  expect(result.freedBytes).toBeGreaterThan(0);
  for (const cid of [stray, ...fork.head.key]) expect(store.blockstore.get(cid)).toBeUndefined();
  expect(store.states).toEqual([
    { from: 0, to: 0 },
    { from: 33, to: 39 },
  ]);
  expect(existsSync(join(store.folder, "marks"))).toBe(false);
  expect((await store.head()).key).toEqual(chain.head.key);
});

test("the second time there is nothing to do", async () => {
  const { store } = await imported();
  const { kept } = await collectGarbage(store, { states: STATES });
  expect(await collectGarbage(store, { states: STATES })).toEqual({ kept, freed: 0, freedBytes: 0 });
});

test("more states than there are keep all", async () => {
  const { chain, fork, store, stray } = await imported();
  await collectGarbage(store, { states: 1000 });
  const gone = [stray, ...fork.head.key];
  for (const { cid } of chain.store) {
    const isState = (await behind(fork, [firstHeader(fork.head).parentStateRoot])).has(cid);
    if (!gone.includes(cid) && !isState) expect(store.blockstore.has(cid)).toBe(true);
  }
  expect(store.states).toEqual([{ from: 0, to: 39 }]);
});

describe("ended", () => {
  test.each(["mark", "sweep"] as const)("in stage %s, it goes on", async (stage) => {
    const { chain, store } = await imported();
    const controller = new AbortController();
    const seen: string[] = [];
    const onProgress = (progress: GarbageProgress) => {
      seen.push(progress.stage);
      if (progress.stage === stage) controller.abort(new Error("enough"));
    };
    const { signal } = controller;
    await expect(collectGarbage(store, { states: STATES, signal, onProgress })).rejects.toThrow("enough");
    expect(seen.at(-1)).toBe(stage);
    const later: GarbageProgress[] = [];
    await collectGarbage(store, { states: STATES, onProgress: (progress) => later.push(progress) });
    expect(later.some((progress) => progress.stage === "mark")).toBe(stage === "mark");
    expect(await cidsIn(store)).toEqual(await needed(chain));
  });

  test("and called with other states, it begins anew", async () => {
    const { store } = await imported();
    const controller = new AbortController();
    const onProgress = (progress: GarbageProgress) => {
      if (progress.stage === "sweep") controller.abort(new Error("enough"));
    };
    const { signal } = controller;
    await expect(collectGarbage(store, { states: STATES, signal, onProgress })).rejects.toThrow("enough");
    await collectGarbage(store, { states: 3 });
    expect(store.states).toEqual([
      { from: 0, to: 0 },
      { from: 37, to: 39 },
    ]);
  });
});

describe("blocks that are stored meanwhile", () => {
  const data = latin1Bytes("new");
  const cid = native.cidOf(RAW, data);

  test.each(["mark", "sweep"] as const)("end it in stage %s and stay", async (stage) => {
    const { chain, store, stray } = await imported();
    let put: Promise<void> | undefined;
    const onProgress = (progress: GarbageProgress) => {
      // The stray block, too, is one that somebody needs now.
      if (progress.stage === stage) {
        put ??= store.blockstore.putMany([
          { cid, data },
          { cid: stray, data: latin1Bytes("stray") },
        ]);
      }
    };
    const collection = collectGarbage(store, { states: STATES, onProgress });
    await expect(collection).rejects.toMatchObject({ code: "CHAIN_CHANGED" });
    await put;
    for (const kept of [cid, stray, ...(await needed(chain))]) expect(store.blockstore.has(kept)).toBe(true);
    await collectGarbage(store, { states: STATES });
    expect(await cidsIn(store)).toEqual(await needed(chain));
  });
});

test("an import that is not done begins anew afterwards", async () => {
  const { chain, store } = await imported();
  for (let i = 0; i < 30; i++) chain.grow();
  const path = temporaryFile("longer.car", chain.car());
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(importSnapshot(store, path, { signal: controller.signal })).rejects.toThrow("enough");
  await collectGarbage(store, { states: STATES });
  expect(await importSnapshot(store, path)).toMatchObject({
    head: 69,
    change: "later",
    blocks: chain.store.size,
  });
});

test("blocks that are missing are no failure", async () => {
  const chain = SmallChain.of(20);
  const store = await openFolder(chain.network);
  await importSnapshot(store, temporaryFile("chain.car", chain.car()));
  const messages = firstHeader(chain.head).messages;
  await store.database.write({ deleted: [messages, firstHeader(chain.head).parentStateRoot] });
  await collectGarbage(store, { states: STATES });
  const kept = await needed(chain);
  for (const cid of await cidsIn(store)) expect(kept.has(cid)).toBe(true);
});
