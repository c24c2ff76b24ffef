/** Steps that need many blocks of a store that answers late. */
import { expect, test } from "vitest";
import { readBlocks } from "../../src/blockstore/access.js";
import { BlockCache } from "../../src/blockstore/block-cache.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../src/encoding/cid.js";
import { native } from "../../src/native/index.js";

const RAW = 0x55;

test.each([256, 257, 300, 1100])(
  "a step that reads %i late blocks ends, also with a cache that keeps none",
  async (count) => {
    const store = new MemoryBlockstore();
    const cids: Cid[] = [];
    for (let i = 0; i < count; i++) {
      const data = Buffer.from(`block ${i}`);
      const cid = native.cidOf(RAW, data);
      store.putMany([{ cid, data }]);
      cids.push(cid);
    }
    let asked = 0;
    const late = {
      get: async (cid: Cid) => {
        asked++;
        return store.get(cid);
      },
      putMany: () => undefined,
    };
    const read = () =>
      readBlocks(late, (blocks) => cids.map((cid) => blocks.get(cid).length), { blockCache });
    const blockCache = BlockCache.create(0);
    expect(await read()).toHaveLength(count);
    // Each is asked for again only when more had to be kept than before.
    expect(asked).toBeLessThan(4 * count);
  },
);
