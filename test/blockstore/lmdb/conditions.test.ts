import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";
import { RAW } from "../../../src/encoding/codecs.js";
import { native } from "../../../src/native/index.js";
import { latin1Bytes } from "../../../src/util/bytes.js";

const home = mkdtempSync(join(tmpdir(), "fvm-lmdb-"));
afterAll(() => rmSync(home, { recursive: true }));

let folders = 0;
let store: LmdbBlockstore;
beforeEach(async () => {
  store = await LmdbBlockstore.open(join(home, `store.${folders++}`));
});
afterEach(() => store.close());

describe("a write with conditions", () => {
  const value = (text: string) => latin1Bytes(text);
  const data = value("block");
  const cid = native.cidOf(RAW, data);

  test.each([
    ["what is there", { a: value("1"), b: value("2") }],
    ["what is not there", { none: undefined }],
    ["both", { a: value("1"), none: undefined, b: value("2") }],
  ])("is done if it expects %s", async (_, expected) => {
    await store.write({ meta: { a: value("1"), b: value("2") } });
    await store.write({ blocks: [{ cid, data }], meta: { a: value("3") }, expected });
    expect(store.get(cid)).toEqual(data);
    expect(store.meta.get("a")).toEqual(value("3"));
  });

  test.each([
    ["another value", { a: value("2") }],
    ["a value that is not there", { none: value("1") }],
    ["no value where one is", { a: undefined }],
    ["one of several that is otherwise", { a: value("1"), none: undefined, b: value("1") }],
    ["the first of several that is otherwise", { a: value("2"), none: undefined, b: value("2") }],
  ])("changes nothing if it expects %s", async (_, expected) => {
    await store.write({ meta: { a: value("1"), b: value("2") } });
    const write = store.write({ blocks: [{ cid, data }], meta: { a: value("3") }, expected });
    expect(store.get(cid)).toBeUndefined();
    await expect(write).rejects.toMatchObject({ code: "STORE_CHANGED" });
    expect(store.get(cid)).toBeUndefined();
    expect(store.meta.get("a")).toEqual(value("1"));
  });

  test("and what is written before it is what it finds", async () => {
    const first = store.write({ meta: { a: value("1") } });
    const second = store.write({ meta: { a: value("2") }, expected: { a: value("1") } });
    await Promise.all([first, second]);
    expect(store.meta.get("a")).toEqual(value("2"));
  });
});

test("processes that count at the same time lose no count", async () => {
  const script = fileURLToPath(new URL("fixtures/counter.mjs", import.meta.url));
  const processes = [1, 2, 3].map(() =>
    spawn(process.execPath, [script, store.folder, "40"], { stdio: "inherit" }),
  );
  await Promise.all(processes.map((child) => once(child, "exit")));
  expect(Buffer.from(store.meta.get("count") ?? "").toString()).toBe("120");
});

test("blocks that a store lacks", async () => {
  const blocks = ["a", "b", "c"].map((text) => {
    const data = latin1Bytes(text);
    return { cid: native.cidOf(RAW, data), data };
  });
  const cids = blocks.map(({ cid }) => cid);
  expect(store.lacking(cids)).toEqual(cids);
  const written = store.putMany(blocks.slice(0, 2));
  expect(store.lacking(cids)).toEqual(cids.slice(2));
  await written;
  expect(store.lacking(cids)).toEqual(cids.slice(2));
  const deleted = store.deleteMany(cids.slice(0, 1));
  expect(store.lacking(cids)).toEqual([cids[0], cids[2]]);
  await deleted;
});
