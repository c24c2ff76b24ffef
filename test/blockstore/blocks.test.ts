import { describe, expect, test, vi } from "vitest";
import { Blocks, type Blockstore } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { DAG_CBOR, RAW } from "../../src/encoding/codecs.js";
import { HostFault, type HostFaultCode } from "../../src/errors.js";
import { BlockNotFound, MissingBlock } from "../../src/ipld/block-access.js";
import { hexBytes } from "../../src/util/bytes.js";
import { LateBlockstore, untilDone } from "../support/blocks.js";
import { cidOf, FakeNativeBlocks } from "../support/fake-native-blocks.js";

const data = hexBytes("8101");
const cid = cidOf(DAG_CBOR, data);
const stored = () => new MemoryBlockstore([{ cid, data }]);
const isFault = (code: HostFaultCode, cause?: unknown) =>
  expect.toSatisfy((error) => error instanceof HostFault && error.code === code && error.cause === cause);
const thrown = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("get", () => {
  test("from the write buffer", () => {
    const blocks = new Blocks(new FakeNativeBlocks(), new MemoryBlockstore());
    expect(blocks.put(DAG_CBOR, data)).toBe(cid);
    expect(blocks.get(cid)).toEqual(data);
  });

  test("from the store, once", () => {
    const store = { get: vi.fn(() => data), putMany: () => undefined };
    const blocks = new Blocks(new FakeNativeBlocks(), store);
    expect(blocks.get(cid)).toEqual(data);
    expect(blocks.get(cid)).toEqual(data);
    expect(store.get).toHaveBeenCalledTimes(1);
  });

  test("a block that the store lacks", () => {
    const blocks = new Blocks(new FakeNativeBlocks(), new MemoryBlockstore());
    expect(thrown(() => blocks.get(cid))).toEqual(new BlockNotFound(cid));
    expect(blocks.find(cid)).toBeUndefined();
  });

  test("a block with wrong bytes", () => {
    const store = new MemoryBlockstore([{ cid, data: hexBytes("8102") }]);
    const blocks = new Blocks(new FakeNativeBlocks(), store);
    expect(() => blocks.get(cid)).toThrow(isFault("CORRUPT_BLOCK"));
    expect(() => blocks.find(cid)).toThrow(cidText(cid));
  });

  test("a store that fails", () => {
    const cause = new Error("disk on fire");
    const fail = () => {
      throw cause;
    };
    const blocks = new Blocks(new FakeNativeBlocks(), { get: fail, putMany: fail });
    expect(() => blocks.get(cid)).toThrow(isFault("BLOCKSTORE_FAILED", cause));
  });
});

describe("get from an asynchronous store", () => {
  test("a block arrives", async () => {
    const late = new LateBlockstore(stored());
    const blocks = new Blocks(new FakeNativeBlocks(), late);
    const missing = thrown(() => blocks.get(cid));
    expect(missing).toBeInstanceOf(MissingBlock);
    expect((missing as MissingBlock).cid).toBe(cid);
    await (missing as MissingBlock).pending;
    expect(blocks.get(cid)).toEqual(data);
    expect(late.reads).toBe(1);
  });

  test("a step that needs many blocks ends although nothing is cached", async () => {
    const many = Array.from({ length: 50 }, (_, i) => Uint8Array.of(0x18, i + 24));
    const store = new MemoryBlockstore(many.map((bytes) => ({ cid: cidOf(RAW, bytes), data: bytes })));
    const late = new LateBlockstore(store);
    const blocks = new Blocks(new FakeNativeBlocks(false), late);
    const read = await untilDone(() => many.map((bytes) => blocks.get(cidOf(RAW, bytes))));
    expect(read).toEqual(many);
    expect(late.reads).toBe(50);
  });

  async function pendingOf(store: Blockstore): Promise<void> {
    const missing = thrown(() => new Blocks(new FakeNativeBlocks(), store).get(cid));
    return (missing as MissingBlock).pending;
  }

  test("a block that the store lacks", async () => {
    await expect(pendingOf(new LateBlockstore(new MemoryBlockstore()))).rejects.toEqual(
      new BlockNotFound(cid),
    );
  });

  test("a block with wrong bytes", async () => {
    const store = new MemoryBlockstore([{ cid, data: hexBytes("8102") }]);
    await expect(pendingOf(new LateBlockstore(store))).rejects.toEqual(isFault("CORRUPT_BLOCK"));
  });

  test("a store that fails", async () => {
    const cause = new Error("network down");
    const store: Blockstore = { get: () => Promise.reject(cause), putMany: () => undefined };
    await expect(pendingOf(store)).rejects.toEqual(isFault("BLOCKSTORE_FAILED", cause));
  });
});

describe("require", () => {
  const required = (store: Blockstore, native = new FakeNativeBlocks()) => {
    const blocks = new Blocks(native, store);
    return { native, blocks, require: () => blocks.require(cid) };
  };

  test("neither keeps nor checks what the store gives at once", () => {
    const { native, blocks, require } = required(new MemoryBlockstore([{ cid, data: hexBytes("8102") }]));
    require();
    expect(native.has(cid)).toBe(false);
    expect(() => blocks.get(cid)).toThrow(isFault("CORRUPT_BLOCK"));
  });

  test("does not ask the store for what is here already", () => {
    const store = { get: vi.fn(() => data), putMany: () => undefined };
    const { native, require } = required(store);
    native.put(DAG_CBOR, data);
    require();
    expect(store.get).not.toHaveBeenCalled();
  });

  test("fails if there is no such block", () => {
    expect(thrown(required(new MemoryBlockstore()).require)).toEqual(new BlockNotFound(cid));
  });

  test("asks an asynchronous store once, though nothing is cached", async () => {
    const late = new LateBlockstore(stored());
    const { require } = required(late, new FakeNativeBlocks(false));
    await untilDone(require);
    expect(late.reads).toBe(1);
  });
});

describe("flush", () => {
  const child = hexBytes("01");
  const unrelated = hexBytes("02");

  test("moves what is reachable", async () => {
    const store = new MemoryBlockstore();
    const native = new FakeNativeBlocks();
    const blocks = new Blocks(native, store);
    const childCid = blocks.put(DAG_CBOR, child);
    const rootCid = blocks.put(
      DAG_CBOR,
      hexBytes(`81d82a582700${Buffer.from(childCid, "latin1").toString("hex")}`),
    );
    blocks.put(DAG_CBOR, unrelated);
    await blocks.flush(rootCid, "current");
    expect([store.has(rootCid), store.has(childCid), store.size, native.size]).toEqual([true, true, 2, 1]);
    await blocks.flushAll();
    expect([store.size, native.size]).toEqual([3, 0]);
  });

  test.each<[string, Blockstore["putMany"]]>([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ])("a store that %s", async (_, putMany) => {
    const blocks = new Blocks(new FakeNativeBlocks(), { get: () => undefined, putMany });
    const root: Cid = blocks.put(DAG_CBOR, child);
    await expect(blocks.flush(root, "current")).rejects.toThrow(/BLOCKSTORE_FAILED \{ operation: 'put' \}/);
  });
});
