/** Blocks that are put into a chain's folder of which some are there. */
import { expect, test } from "vitest";
import type { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";
import { putBlocks } from "../../../src/chain/store/chain-blockstore.js";
import { collectGarbage } from "../../../src/chain/store/collect-garbage.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { RAW } from "../../../src/encoding/codecs.js";
import { openFolder, temporaryFile } from "../../support/chain-folder.js";
import { cidOf } from "../../support/fake-native-blocks.js";
import { SmallChain } from "../../support/small-chain.js";

const blocks = Array.from({ length: 300 }, (_, i) => {
  const data = new Uint8Array(500).fill(i & 0xff).fill(i >> 8, 0, 1);
  return { cid: cidOf(RAW, data), data };
});

test("those that are there are not written again where most are", async () => {
  const store = await openFolder(SmallChain.of(2).network);
  await store.blockstore.putMany(blocks);
  const before = store.database.stat();
  await store.blockstore.putMany(blocks);
  expect(store.database.stat()).toEqual(before);
  expect(before.blocks).toBe(300);
});

test.each([1, 149, 151, 299])("where %i of 300 are there, all are afterwards", async (count) => {
  const store = await openFolder(SmallChain.of(2).network);
  await store.blockstore.putMany(blocks.slice(0, count));
  await store.blockstore.putMany(blocks);
  for (const { cid, data } of blocks) expect(store.blockstore.get(cid)).toEqual(data);
  expect(store.database.stat().blocks).toBe(300);
});

test("those that a collection of garbage takes away before they are stored are stored again", async () => {
  const chain = SmallChain.of(2);
  const store = await openFolder(chain.network);
  await importSnapshot(store, temporaryFile("chain.car", chain.car()));
  await store.blockstore.putMany(blocks);
  let collections = 0;
  // Another process: it begins and ends between this one's look at what is there and its write.
  const database: LmdbBlockstore = Object.create(store.database, {
    write: {
      async value(batch: Parameters<LmdbBlockstore["write"]>[0]) {
        if (collections++ === 0) expect((await collectGarbage(store)).freed).toBe(blocks.length);
        return store.database.write(batch);
      },
    },
    lacking: { value: (cids: Cid[]) => store.database.lacking(cids) },
    meta: { value: store.database.meta },
  });
  expect(await putBlocks(database, blocks)).toBe(blocks.length);
  expect(collections).toBe(2);
  for (const { cid, data } of blocks) expect(store.blockstore.get(cid)).toEqual(data);
});
