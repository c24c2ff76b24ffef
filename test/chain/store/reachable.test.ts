import { describe, expect, test } from "vitest";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { CidSet } from "../../../src/chain/store/cid-set.js";
import { markReachable, reachableBlocks } from "../../../src/chain/store/reachable.js";
import { blocksBehind, blocksBeyond } from "../../../src/chain/store/state-blocks.js";
import { type Cid, cidFromParts } from "../../../src/encoding/cid.js";
import { CBOR, DAG_CBOR, FIL_COMMITMENT_SEALED, IDENTITY, RAW } from "../../../src/encoding/codecs.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { native } from "../../../src/native/index.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { LateBlockstore } from "../../support/blocks.js";

const store = new MemoryBlockstore();
const put = (codec: number, data: Uint8Array): Cid => {
  const cid = native.cidOf(codec, data);
  store.putMany([{ cid, data }]);
  return cid;
};
const node = (...links: readonly Cid[]): Uint8Array => {
  const writer = new CborWriter().array(links.length);
  for (const link of links) writer.cid(link);
  return writer.finish();
};
const leaf = (text: string): Cid => put(RAW, latin1Bytes(text));

const [a, b, c, d] = [leaf("a"), leaf("b"), leaf("c"), leaf("d")];
const shared = put(DAG_CBOR, node(b, c));
const commitment = cidFromParts(FIL_COMMITMENT_SEALED, 0xb401, new Uint8Array(32));
const inline = cidFromParts(DAG_CBOR, IDENTITY, node(d));
const plain = put(CBOR, node(leaf("behind plain CBOR")));
const root = put(DAG_CBOR, node(a, shared, commitment, inline, plain, a, shared));

const options = () => ({
  seen: CidSet.temporary(),
  onMissing: (cid: Cid) => {
    throw new Error(`missing ${cid}`);
  },
  signal: undefined,
});

async function listed(blocks: AsyncIterable<{ cid: Cid }>): Promise<Cid[]> {
  const cids: Cid[] = [];
  for await (const { cid } of blocks) cids.push(cid);
  return cids;
}

test.each([
  ["at once", store],
  ["late", new LateBlockstore(store)],
])("blocks come each once, in the order of links, from a store that answers %s", async (_, source) => {
  expect(await listed(reachableBlocks(source, root, options()))).toEqual([root, a, shared, b, c, d, plain]);
});

describe("marking", () => {
  test("marks what is reachable", async () => {
    const walk = options();
    expect(await markReachable(store, root, walk)).toBe(8);
    for (const cid of [root, a, shared, b, c, d, plain]) expect(walk.seen.has(cid)).toBe(true);
    expect(walk.seen.has(commitment)).toBe(false);
  });

  test("that breaks off marks nothing whose links are not marked", async () => {
    const walk = {
      ...options(),
      onMissing: () => {
        throw new Error("enough");
      },
    };
    const partial = new MemoryBlockstore([...store].filter(({ cid }) => cid !== c));
    await expect(markReachable(partial, root, walk)).rejects.toThrow("enough");
    expect([a, b].map((cid) => walk.seen.has(cid))).toEqual([true, true]);
    expect([root, shared, c].map((cid) => walk.seen.has(cid))).toEqual([false, false, false]);
    expect(await markReachable(store, root, walk)).toBe(6);
  });
});

describe("blocks of states", () => {
  const later = put(DAG_CBOR, node(a, leaf("new"), shared));

  test("behind a root", async () => {
    expect(await listed(blocksBehind(store, later))).toEqual([later, a, leaf("new"), shared, b, c]);
  });

  test("that one root leads to and another does not", async () => {
    expect(await listed(blocksBeyond(store, root, later))).toEqual([later, leaf("new")]);
    expect(await listed(blocksBeyond(store, later, later))).toEqual([]);
  });

  test("that are missing are a fault", async () => {
    const partial = new MemoryBlockstore([...store].filter(({ cid }) => cid !== c));
    await expect(listed(blocksBehind(partial, later))).rejects.toMatchObject({ code: "BLOCK_NOT_FOUND" });
  });

  test("end with their signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(listed(blocksBehind(store, later, { signal }))).rejects.toThrow("enough");
  });

  test.each(["later", 7, undefined])("of %j, which is no CID, are refused", async (cid) => {
    await expect(listed(blocksBehind(store, cid as never))).rejects.toMatchObject({ code: "INVALID_CID" });
  });
});

test("a chain of links as long as one likes", async () => {
  let at = leaf("end");
  for (let i = 0; i < 10_000; i++) at = put(DAG_CBOR, node(at));
  expect((await listed(reachableBlocks(store, at, options()))).length).toBe(10_001);
  expect(await markReachable(store, at, options())).toBe(10_001);
});
