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

test("the current version of the interface fits", () => {
  expectTypeOf<CurrentBlockstore>().toExtend<InterfaceBlockstore>();
});
