/** Blocks that are put into a chain's folder of which some are there. */
import { expect, test } from "vitest";
import { RAW } from "../../../src/encoding/codecs.js";
import { openFolder } from "../../support/chain-folder.js";
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
