import { expect, test } from "vitest";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { ethToFilecoin } from "../../../src/builtin/evm/index.js";
import type { Cid } from "../../../src/encoding/cid.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { MemoryDevStore } from "../../../src/node/dev/dev-store.js";
import { makeDevChain, withDevChains } from "../../support/dev-chain.js";

/** Counts the blocks that are read and written. */
class CountingBlockstore extends MemoryBlockstore {
  count = 0;

  override get(cid: Cid) {
    this.count++;
    return super.get(cid);
  }

  override putMany(given: Iterable<Block>) {
    const blocks = [...given];
    this.count += blocks.length;
    return super.putMany(blocks);
  }
}

withDevChains("snapshots", () => {
  test.each([10, 5000])("read and write no blocks, with %d accounts", async (accounts) => {
    const blockstore = new CountingBlockstore();
    const test = await makeDevChain({ accounts: 2, store: new MemoryDevStore(blockstore) });
    const crowd = Array.from({ length: accounts }, (_, i) => {
      const address = `0x${(0x77n * 2n ** 152n + BigInt(i)).toString(16)}` as const;
      return [ethToFilecoin(address), { balance: 1n }] as const;
    });
    await test.dev.edit(crowd);
    const before = await test.actor(test.eth(1));

    blockstore.count = 0;
    const snapshot = await test.dev.snapshot();
    expect(blockstore.count).toBe(0);
    await test.send({ to: test.eth(1), value: 1n });
    expect((await test.actor(test.eth(1)))?.balance).toBe((before?.balance ?? 0n) + 1n);

    blockstore.count = 0;
    expect(await test.dev.revert(snapshot)).toBe(true);
    expect(blockstore.count).toBe(0);
    expect(await test.actor(test.eth(1))).toEqual(before);
  });
});
