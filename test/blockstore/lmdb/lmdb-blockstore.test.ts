import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";
import { type Cid, cidFromParts, parseCid } from "../../../src/encoding/cid.js";
import { DAG_CBOR, FIL_COMMITMENT_SEALED, RAW, SHA2_256 } from "../../../src/encoding/codecs.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { hexBytes } from "../../../src/util/bytes.js";
import { cidOf } from "../../support/fake-native-blocks.js";

const home = mkdtempSync(join(tmpdir(), "fvm-lmdb-"));
afterAll(() => rmSync(home, { recursive: true }));

let folders = 0;
let store: LmdbBlockstore;
beforeEach(async () => {
  store = await LmdbBlockstore.open(join(home, `store.${folders++}`));
});
afterEach(() => store.close());

const reopened = async () => {
  await store.close();
  store = await LmdbBlockstore.open(store.folder);
};
const block = (data: Uint8Array, codec = DAG_CBOR): Block => ({ cid: cidOf(codec, data), data });
const numbered = (n: number, bytes = 40) => block(new Uint8Array(bytes).fill(n & 0xff).fill(n >> 8, 0, 1));
const digest = new Uint8Array(32).fill(7);

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

describe("blocks", () => {
  const all: [string, Block][] = [
    ["the usual one", block(hexBytes("80"))],
    ["raw", block(hexBytes("01"), RAW)],
    ["the codec that keys of whole CIDs begin with", { cid: cidFromParts(0, 0xb220, digest), data: digest }],
    ["a codec of three bytes", { cid: cidFromParts(FIL_COMMITMENT_SEALED, SHA2_256, digest), data: digest }],
    ["another hash", { cid: cidFromParts(DAG_CBOR, SHA2_256, digest), data: digest }],
    ["an identity CID", { cid: parseCid("bafkqabkimvwgy3y"), data: hexBytes("68656c6c6f") }],
    ["version 0", { cid: parseCid("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"), data: hexBytes("") }],
    ["empty", block(hexBytes(""), RAW)],
    ["larger than lmdb's buffer", block(new Uint8Array(20 * 1024 * 1024).fill(3), RAW)],
  ];

  test.each(all)("%s: while it is written, afterwards, and after opening again", async (_, { cid, data }) => {
    expect(store.get(cid)).toBeUndefined();
    const written = store.putMany([{ cid, data }]);
    const reads = [store.get(cid)];
    await written;
    reads.push(store.get(cid));
    await reopened();
    reads.push(store.get(cid));
    for (const read of reads) {
      expect(read?.byteLength).toBe(data.length);
      expect(Buffer.compare(read ?? digest, data)).toBe(0);
      expect(read?.constructor).toBe(Uint8Array);
    }
    expect(store.has(cid)).toBe(true);
  });

  test("CIDs that differ in their codec only are different blocks", async () => {
    const [one, other] = [block(digest, RAW), block(digest, DAG_CBOR)];
    await store.putMany([one]);
    expect(store.has(other.cid)).toBe(false);
  });

  test("all of them, in the order of their keys, from any of them on", async () => {
    const blocks = [...all.map(([, each]) => each), ...Array.from({ length: 1000 }, (_, n) => numbered(n))];
    await store.putMany(blocks);
    const found = await collect(store.blocks());
    expect(new Set(found.map(({ cid }) => cid))).toEqual(new Set(blocks.map(({ cid }) => cid)));
    expect(found).toHaveLength(blocks.length);
    const short = found.map(({ cid }) => cid).slice(-1000);
    expect(short).toEqual([...short].sort());
    const middle = found[500] as Block;
    expect((await collect(store.blocks(middle.cid))).map(({ cid }) => cid)).toEqual(
      found.slice(500).map(({ cid }) => cid),
    );
    const data = new Map(blocks.map((each) => [each.cid, each.data]));
    for (const each of found) expect(Buffer.compare(each.data, data.get(each.cid) ?? digest)).toBe(0);
  });

  test("what is written while they are read does not disturb", async () => {
    await store.putMany(Array.from({ length: 600 }, (_, n) => numbered(n)));
    const seen = new Set<Cid>();
    for await (const { cid } of store.blocks()) {
      seen.add(cid);
      if (seen.size === 300) await store.putMany(Array.from({ length: 600 }, (_, n) => numbered(n + 600)));
    }
    for (let n = 0; n < 600; n++) expect(seen.has(numbered(n).cid)).toBe(true);
  });

  test("deleted ones are gone at once, put again they are there", async () => {
    const [one, two] = [numbered(1), numbered(2)];
    await store.putMany([one, two]);
    const deleted = store.deleteMany([one.cid, numbered(3).cid]);
    expect([store.has(one.cid), store.has(two.cid)]).toEqual([false, true]);
    const again = store.putMany([one]);
    expect(store.has(one.cid)).toBe(true);
    await deleted;
    expect(store.has(one.cid)).toBe(true);
    await again;
    await reopened();
    expect(store.get(one.cid)).toEqual(one.data);
  });
});

describe("values", () => {
  test("what was put is a copy, and what is read is the reader's own", async () => {
    const { cid, data } = numbered(5);
    const mine = data.slice();
    const value = Uint8Array.of(1, 2, 3);
    const written = store.write({ blocks: [{ cid, data: mine }], meta: { value } });
    mine.fill(0xff);
    value.fill(0xff);
    for (let reads = 0; reads < 2; reads++) {
      const read = store.get(cid);
      expect(read).toEqual(data);
      read?.fill(0xee);
      expect(store.meta.get("value")).toEqual(Uint8Array.of(1, 2, 3));
      await written;
    }
    const [first, second] = [store.get(cid), store.get(numbered(6).cid) ?? store.get(cid)];
    first?.fill(0);
    expect(second).toEqual(data);
  });

  test("named ones: kept, listed by range, deleted", async () => {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text));
    const epochs = Object.fromEntries(
      Array.from({ length: 700 }, (_, n) => [`epoch/${String(n).padStart(5, "0")}`, bytes(`tipset ${n}`)]),
    );
    await store.write({ meta: { ...epochs, head: bytes("a"), été: bytes("b"), progress: bytes("") } });
    await reopened();
    expect(store.meta.get("head")).toEqual(bytes("a"));
    expect(store.meta.get("progress")).toEqual(bytes(""));
    expect(store.meta.get("nothing")).toBeUndefined();
    const names = async (range?: Parameters<typeof store.meta.entries>[0]) =>
      (await collect(store.meta.entries(range))).map(([name]) => name);
    expect(await names()).toEqual([...Object.keys(epochs), "head", "progress", "été"]);
    expect(await names({ from: "epoch/00010", to: "epoch/00012" })).toEqual(["epoch/00010", "epoch/00011"]);
    expect(await names({ from: "epoch/00010", to: "epoch/00012", reverse: true })).toEqual([
      "epoch/00011",
      "epoch/00010",
    ]);
    expect(await names({ from: "epoch/", to: "epoch0", reverse: true })).toEqual(
      Object.keys(epochs).reverse(),
    );
    expect(await names({ from: "x" })).toEqual(["été"]);
    await store.write({ meta: { head: undefined } });
    expect(store.meta.get("head")).toBeUndefined();
    expect(await names({ from: "f" })).toEqual(["progress", "été"]);
  });

  test("sizes", async () => {
    const empty = store.stat();
    expect(empty).toMatchObject({ blocks: 0, values: 0, mapBytes: 2 ** 40 });
    await store.write({
      blocks: Array.from({ length: 100 }, (_, n) => numbered(n, 1000)),
      meta: { head: digest },
    });
    const full = store.stat();
    expect(full).toMatchObject({ blocks: 100, values: 1 });
    expect(full.blockBytes).toBeGreaterThan(100_000);
    expect(full.fileBytes).toBeGreaterThan(empty.fileBytes + full.blockBytes / 2);
  });
});

describe("a batch", () => {
  test("that is refused changes nothing", async () => {
    const good = numbered(1);
    const refused: [string, unknown][] = [
      ["INVALID_CID", { blocks: [good, { cid: "f01", data: digest }] }],
      ["INVALID_CID", { blocks: [good], deleted: [good.cid, 5] }],
      ["INVALID_OPTION", { blocks: [good, { cid: good.cid, data: "text" }] }],
      ["INVALID_OPTION", { blocks: [good, undefined] }],
      ["INVALID_OPTION", { blocks: 5 }],
      ["INVALID_OPTION", { blocks: [good], meta: { "": digest } }],
      ["INVALID_OPTION", { blocks: [good], meta: { ["é".repeat(257)]: digest } }],
      ["INVALID_OPTION", { blocks: [good], meta: { head: 5 } }],
      ["INVALID_OPTION", { blocks: [good], values: {} }],
      ["INVALID_OPTION", undefined],
    ];
    for (const [code, batch] of refused) {
      await expect(store.write(batch as object)).rejects.toMatchObject({ name: "FvmError", code });
    }
    expect(store.has(good.cid)).toBe(false);
    expect(store.stat()).toMatchObject({ blocks: 0, values: 0 });
    await store.write({});
    await store.write({ meta: { ["n".repeat(512)]: digest } });
    expect(store.meta.get("n".repeat(512))).toEqual(digest);
  });

  test("whose signal was aborted is not begun; later aborts end the waiting", async () => {
    const reason = new Error("given up");
    await expect(store.putMany([numbered(1)], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(store.has(numbered(1).cid)).toBe(false);
    const controller = new AbortController();
    const written = store.putMany([numbered(2)], { signal: controller.signal });
    controller.abort(reason);
    await expect(written).rejects.toBe(reason);
    await reopened();
    expect(store.get(numbered(2).cid)).toEqual(numbered(2).data);
  });

  test("that may need more than the map has is refused, and the store goes on", async () => {
    await store.close();
    store = await LmdbBlockstore.open(store.folder, { mapBytes: 2 ** 20 });
    await expect(store.putMany([numbered(1, 2 ** 20)])).rejects.toMatchObject({
      name: "HostFault",
      code: "STORE_FULL",
      details: {
        store: store.folder,
        reason: expect.stringMatching(/^it may need \d+ bytes, and mapBytes are 1048576$/),
      },
    });
    expect(store.has(numbered(1, 2 ** 20).cid)).toBe(false);
    await store.putMany([numbered(2)]);
    await store.close();
    store = await LmdbBlockstore.open(store.folder, { mapBytes: 2 ** 30 });
    expect(store.has(numbered(2).cid)).toBe(true);
    await store.putMany([numbered(1, 2 ** 20)]);
  });
});

describe("closing", () => {
  test("waits for what is being written, twice is once, and nothing goes on afterwards", async () => {
    const written = store.putMany([numbered(1)]);
    const blocks = store.blocks();
    await Promise.all([store.close(), store.close()]);
    await written;
    const refused = (operation: string) =>
      expect.objectContaining({ code: "STORE_CLOSED", details: { operation, store: store.folder } });
    expect(() => store.get(numbered(1).cid)).toThrow(refused("get"));
    expect(() => store.has(numbered(1).cid)).toThrow(refused("has"));
    expect(() => store.stat()).toThrow(refused("stat"));
    expect(() => store.meta.get("head")).toThrow(refused("get"));
    await expect(store.putMany([numbered(1)])).rejects.toEqual(refused("write"));
    await expect(blocks.next()).rejects.toEqual(refused("blocks"));
    await expect(store.meta.entries().next()).rejects.toEqual(refused("entries"));
    await reopened();
    expect(store.has(numbered(1).cid)).toBe(true);
  });

  test("of one does not close another on the same folder", async () => {
    const other = await LmdbBlockstore.open(store.folder);
    await store.putMany([numbered(1)]);
    await store.close();
    expect(other.get(numbered(1).cid)).toEqual(numbered(1).data);
    await other.putMany([numbered(2)]);
    await other.close();
  });

  test("in the middle of reading all blocks", async () => {
    await store.putMany(Array.from({ length: 600 }, (_, n) => numbered(n)));
    const reading = async () => {
      for await (const _ of store.blocks()) await store.close();
    };
    await expect(reading()).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});

test("what is no CID", () => {
  for (const cid of ["", "x".repeat(300), undefined, 5, digest]) {
    expect(() => store.get(cid as Cid)).toThrow(expect.objectContaining({ code: "INVALID_CID" }));
  }
});
