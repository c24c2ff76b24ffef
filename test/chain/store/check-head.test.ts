/** Heads of epochs that no chain has come to. */
import { expect, test } from "vitest";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import type { BlockHeader } from "../../../src/chain/types/header.js";
import { openFolder, temporaryFile } from "../../support/chain-folder.js";
import { SmallChain } from "../../support/small-chain.js";

test.each<[string, Partial<BlockHeader>, RegExp]>([
  [
    "whose timestamp is another epoch's",
    { height: 1e8 },
    /is of epoch 100000000, whose timestamp is 3001000000/,
  ],
  [
    "whose epoch is another timestamp's",
    { timestamp: 1_000_091 },
    /is of epoch 3, whose timestamp is 1000090/,
  ],
  ["that an index has no place for", { height: 1e12 }, /is of epoch 1000000000000, which is not from 0 to/],
  ["beyond what numbers are exact for", { height: 2n ** 60n + 1n }, /is of epoch 1152921504606846977, which/],
  ["below 0", { height: -5 }, /is of epoch -5, which/],
])("a head %s is refused, and the folder's stays", async (_, header, reason) => {
  const chain = SmallChain.of(3);
  const store = await openFolder(chain.network);
  await importSnapshot(store, temporaryFile("good.car", chain.car()));
  const odd = chain.forkAt(2);
  odd.grow({ header });
  await expect(importSnapshot(store, temporaryFile("odd.car", odd.car()))).rejects.toMatchObject({
    code: "INVALID_SNAPSHOT",
    details: { reason: expect.stringMatching(reason) },
  });
  expect((await store.head()).key).toEqual(chain.head.key);
});
