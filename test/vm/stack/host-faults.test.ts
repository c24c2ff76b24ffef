/** Our own store fails in the middle of a message: no receipt, nothing written, the machine is closed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { FvmError, HostFault } from "../../../src/errors.js";
import { native } from "../../../src/native/index.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { BrittleStore, type Fault, faults } from "../../support/stores.js";

const expected: Record<Fault, HostFault["code"]> = {
  throws: "BLOCKSTORE_FAILED",
  rejects: "BLOCKSTORE_FAILED",
  "is corrupt": "CORRUPT_BLOCK",
  "is corrupt, later": "CORRUPT_BLOCK",
  "lacks the block": "BLOCK_NOT_FOUND",
  "lacks the block, later": "BLOCK_NOT_FOUND",
};

let net: TestNet;
let store: BrittleStore;
beforeAll(async () => {
  net = await TestNet.create();
  native.blockCache().limit = 0;
});
afterAll(() => {
  native.blockCache().limit = 256 << 20;
});
beforeEach(() => {
  store = new BrittleStore(net.store);
});

/** Alice's account opens the block of its state. */
const ask = (chain: TestChain) => chain.send({ to: net.alice.address, method: 2 });

describe.each(Object.keys(faults) as Fault[])("the blockstore %s", (fault) => {
  test("in the middle of a message", async () => {
    const chain = await TestChain.on(net, { blockstore: store });
    expect((await ask(chain)).receipt.exitCode).toBe(0);
    store.fault = fault;
    const error = await ask(chain).then(
      () => undefined,
      (reason: HostFault) => reason,
    );
    expect(error).toMatchObject({ name: "HostFault", code: expected[fault] });
    if (fault === "throws" || fault === "rejects")
      expect(error?.cause).toMatchObject({ message: "disk on fire" });

    store.fault = undefined;
    const closed = { name: "FvmError", code: "MACHINE_CLOSED" } satisfies Partial<FvmError>;
    await expect(ask(chain)).rejects.toMatchObject(closed);
    await expect(chain.machine.flush()).rejects.toMatchObject(closed);
    expect(store.puts).toBe(0);
    expect(native.liveObjects()).toMatchObject({ frames: 0, stores: 0 });
  });

  test("when a machine is made", async () => {
    store.fault = fault;
    // The shared cache knows what the other machines have decoded.
    const blockCache = BlockCache.create(0);
    await expect(TestChain.on(net, { blockstore: store, blockCache })).rejects.toMatchObject({
      name: "HostFault",
    });
  });
});

test.each(["lacks the block", "lacks the block, later"] as const)(
  "a receipt, if asked for: %s",
  async (fault) => {
    const chain = await TestChain.on(net, { blockstore: store, missingBlocks: "receipt" });
    await ask(chain);
    store.fault = fault;
    const { receipt } = await ask(chain);
    expect(receipt.exitCode).toBe(10);
    store.fault = undefined;
    expect((await ask(chain)).receipt.exitCode).toBe(0);
    chain.close();
  },
);

test("a full disk at flush", async () => {
  const chain = await TestChain.on(net, { blockstore: store });
  await chain.send({ to: net.bob.address, value: 1n });
  store.failPut = true;
  await expect(chain.machine.flush()).rejects.toMatchObject({
    code: "BLOCKSTORE_FAILED",
    details: { operation: "put" },
    cause: { message: "disk is full" },
  });
  await expect(chain.machine.flush()).rejects.toMatchObject({ code: "MACHINE_CLOSED" });
});
