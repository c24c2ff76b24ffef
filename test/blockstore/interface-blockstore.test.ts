import type { Blockstore as CurrentBlockstore } from "interface-blockstore";
import { CID } from "multiformats/cid";
import { describe, expect, expectTypeOf, test } from "vitest";
import { Blocks } from "../../src/blockstore/blocks.js";
import {
  fromInterfaceBlockstore,
  type InterfaceBlockstore,
} from "../../src/blockstore/interface-blockstore.js";
import { cidBytes } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { HostFault } from "../../src/errors.js";
import { BlockNotFound } from "../../src/ipld/block-access.js";
import { concatBytes, hexBytes } from "../../src/util/bytes.js";
import { untilDone } from "../support/blocks.js";
import { cidOf, FakeNativeBlocks } from "../support/fake-native-blocks.js";

const data = hexBytes("8401020304");
const cid = cidOf(DAG_CBOR, data);

class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

type Pair = { cid: CID; block: Uint8Array; bytes: Uint8Array };
type Answer = (bytes: Uint8Array | undefined) => ReturnType<InterfaceBlockstore["get"]>;

function required(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new NotFoundError("Not Found");
  return bytes;
}

/** How `get` answers in each version of the interface. */
const answers: Record<string, Answer> = {
  bytes: required,
  "a promise of bytes": async (bytes) => required(bytes),
  "a generator": function* (bytes) {
    yield required(bytes).subarray(0, 2);
    yield required(bytes).subarray(2);
  },
  "an asynchronous generator": async function* (bytes) {
    yield required(bytes).subarray(0, 2);
    yield required(bytes).subarray(2);
  },
  "an asynchronous generator of one piece": async function* (bytes) {
    yield required(bytes);
  },
};

const putMany: Record<string, (put: (pair: Pair) => CID) => InterfaceBlockstore["putMany"]> = {
  "a generator": (put) =>
    function* (source) {
      for (const pair of source) yield put(pair);
    },
  "an asynchronous generator": (put) =>
    async function* (source) {
      for (const pair of source) yield put(pair);
    },
};

describe.each(Object.entries(answers))("get answers with %s", (_, answer) => {
  test.each(Object.entries(putMany))("putMany with %s", async (_, makePutMany) => {
    const kept = new Map<string, Uint8Array>();
    const put = ({ cid, bytes }: Pair) => {
      kept.set(cid.toString(), bytes);
      return cid;
    };
    const store = fromInterfaceBlockstore({
      get: (key) => answer(kept.get(key.toString())),
      putMany: makePutMany(put),
    });
    const blocks = new Blocks(new FakeNativeBlocks(), store);

    await expect(untilDone(() => blocks.get(cid))).rejects.toEqual(new BlockNotFound(cid));
    blocks.put(DAG_CBOR, data);
    await blocks.flush(cid, "current");
    expect([...kept]).toEqual([[CID.decode(cidBytes(cid)).toString(), data]]);
    expect(concatBytes(await untilDone(() => blocks.get(cid)))).toEqual(data);
  });
});

test("older stores mark absence with a code", async () => {
  const error = Object.assign(new Error("not here"), { code: "ERR_NOT_FOUND" });
  const store = fromInterfaceBlockstore({ get: () => Promise.reject(error), putMany: () => [] });
  expect(await store.get(cid)).toBeUndefined();
});

test.each<[string, InterfaceBlockstore]>([
  [
    "get throws",
    {
      get: () => {
        throw new Error("closed");
      },
      putMany: () => [],
    },
  ],
  ["get rejects", { get: () => Promise.reject(new Error("closed")), putMany: () => [] }],
  [
    "a piece fails",
    {
      get: async function* () {
        yield data;
        throw new Error("closed");
      },
      putMany: () => [],
    },
  ],
])("a failure is no absence: %s", async (_, failing) => {
  const blocks = new Blocks(new FakeNativeBlocks(), fromInterfaceBlockstore(failing));
  await expect(untilDone(() => blocks.get(cid))).rejects.toEqual(
    expect.toSatisfy((error) => error instanceof HostFault && (error.cause as Error).message === "closed"),
  );
});

test("a failing putMany", async () => {
  const store = fromInterfaceBlockstore({
    get: () => data,
    putMany: async function* () {
      yield await Promise.reject(new Error("disk full"));
    },
  });
  await expect(store.putMany([{ cid, data }])).rejects.toThrow("disk full");
});

describe("closing", () => {
  const stored = (more: object): InterfaceBlockstore => ({ get: () => data, putMany: () => [], ...more });
  const closedError = (operation: string) =>
    expect.objectContaining({
      name: "FvmError",
      code: "STORE_CLOSED",
      details: { operation, store: "interface-blockstore" },
    });

  test("closes the store beneath, once, and refuses what comes later", async () => {
    let closings = 0;
    const beneath = stored({ close: async () => void closings++ });
    const store = fromInterfaceBlockstore(beneath);
    expect(await store.get(cid)).toEqual(data);
    await Promise.all([store.close(), store.close()]);
    await store.close();
    expect(closings).toBe(1);
    await expect(store.get(cid)).rejects.toEqual(closedError("get"));
    await expect(store.putMany([{ cid, data }])).rejects.toEqual(closedError("putMany"));
  });

  test("at the end of a block, and of a store that has nothing to close", async () => {
    let kept: ReturnType<typeof fromInterfaceBlockstore>;
    {
      await using store = fromInterfaceBlockstore(stored({}));
      expect(await store.get(cid)).toEqual(data);
      kept = store;
    }
    await expect(kept.get(cid)).rejects.toEqual(closedError("get"));
  });

  test("that fails is told to each who asks, and the store is closed", async () => {
    const reason = new Error("the lock is held");
    const store = fromInterfaceBlockstore(stored({ close: () => Promise.reject(reason) }));
    for (const closing of [store.close(), store.close()]) await expect(closing).rejects.toBe(reason);
    await expect(store[Symbol.asyncDispose]()).rejects.toBe(reason);
    await expect(store.get(cid)).rejects.toEqual(closedError("get"));
  });

  test("leaves what waits to the store beneath", async () => {
    const beneath = new Map<string, (bytes: Uint8Array) => void>();
    const waiting = () => new Promise<Uint8Array>((resolve) => void beneath.set("get", resolve));
    const store = fromInterfaceBlockstore(stored({ get: waiting, close: () => beneath.get("get")?.(data) }));
    const answer = store.get(cid);
    await store.close();
    expect(await answer).toEqual(data);
  });

  test("a machine's blocks on a closed store: a fault of the host that says why", async () => {
    const store = fromInterfaceBlockstore(stored({}));
    await store.close();
    const blocks = new Blocks(new FakeNativeBlocks(), store);
    await expect(untilDone(() => blocks.get(cid))).rejects.toMatchObject({
      name: "HostFault",
      code: "BLOCKSTORE_FAILED",
      cause: closedError("get"),
    });
  });
});

test("the current version of the interface fits", () => {
  expectTypeOf<CurrentBlockstore>().toExtend<InterfaceBlockstore>();
});
