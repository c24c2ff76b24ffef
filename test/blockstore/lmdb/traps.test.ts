/** Traps of LMDB's own: memory that it uses again, maps that grow, readers that come and go. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { open } from "lmdb";
import { afterAll, expect, test } from "vitest";
import { LmdbBlockstore } from "../../../src/blockstore/lmdb/lmdb-blockstore.js";
import { BATCH, blocksOf } from "./fixtures/writer.mjs";

const home = mkdtempSync(join(tmpdir(), "fvm-lmdb-traps-"));
afterAll(() => rmSync(home, { recursive: true }));
const reader = new URL("fixtures/reader.mjs", import.meta.url);

test("what was read stays as it was, whatever is read, written and deleted afterwards", async () => {
  await using store = await LmdbBlockstore.open(join(home, "held"));
  // In a page, in several, and around the size at which lmdb takes another way to read.
  const sizes = [50, 300, 4000, 5000, 40_000];
  const blocks = sizes.flatMap((size) => blocksOf(`held ${size}`, 0, size));
  await store.putMany(blocks);
  const held = blocks.map(({ cid }) => store.get(cid));
  for (let round = 0; round < 2; round++) {
    await store.deleteMany(blocks.map(({ cid }) => cid));
    // They take the pages of those that are gone.
    await store.putMany(sizes.flatMap((size) => blocksOf(`other ${round} ${size}`, 0, size)));
    for (const { cid } of blocks) expect(store.get(cid)).toBeUndefined();
    await store.putMany(blocks);
    for (const { cid } of blocks) store.get(cid);
  }
  const wrong = held.filter((data, i) => Buffer.compare(data as Uint8Array, blocks[i]?.data as Uint8Array));
  expect(wrong.length).toBe(0);
  expect(held.length).toBe(sizes.length * BATCH);
});

test("a map that others have outgrown: all that they wrote is read, and writes are refused", async () => {
  const folder = join(home, "outgrown");
  const store = await LmdbBlockstore.open(folder, { mapBytes: 4 * 2 ** 20 });
  await store.putMany(blocksOf("own", 0));
  const batches = 12;
  const script =
    `const { LmdbBlockstore } = await import("fvm-node/blockstore");` +
    `const { blocksOf } = await import(${JSON.stringify(new URL("fixtures/writer.mjs", import.meta.url))});` +
    `const store = await LmdbBlockstore.open(${JSON.stringify(folder)});` +
    `for (let i = 0; i < ${batches}; i++) await store.putMany(blocksOf("big", i, 3000));` +
    "await store.close();";
  const cwd = fileURLToPath(new URL("../../..", import.meta.url));
  const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd });
  expect(status).toBe(0);
  for (let i = 0; i < batches; i++) {
    for (const { cid, data } of blocksOf("big", i, 3000)) {
      if (Buffer.compare(store.get(cid) ?? Buffer.of(), data) !== 0)
        expect.fail(`block of batch ${i} is wrong`);
    }
  }
  await expect(store.putMany(blocksOf("own", 1))).rejects.toMatchObject({ code: "STORE_FULL" });
  for (const { cid, data } of blocksOf("own", 0)) expect(store.get(cid)).toEqual(new Uint8Array(data));
  // While one is open, another one in this process has the same map.
  await store.close();
  await using again = await LmdbBlockstore.open(folder);
  await again.putMany(blocksOf("own", 1));
});

test("many threads that read one environment while it is written, and end in the middle of it", async () => {
  const folder = join(home, "many");
  const batches = 3;
  await using store = await LmdbBlockstore.open(folder);
  for (let batch = 0; batch < batches; batch++) await store.putMany(blocksOf("read", batch));
  for (let round = 0; round < 2; round++) {
    const workers = Array.from(
      { length: 6 },
      () => new Worker(reader, { workerData: { store: folder, name: "read", batches } }),
    );
    const found = workers.map(() => ({ reads: 0, wrong: 0 }));
    for (const [i, worker] of workers.entries()) {
      worker.on("message", (message) => {
        found[i] = message;
      });
    }
    await Promise.all(workers.map((worker) => once(worker, "message")));
    for (let batch = 0; batch < 5; batch++) {
      const blocks = blocksOf(`garbage ${round}`, batch);
      await store.putMany(blocks);
      await store.deleteMany(blocks.map(({ cid }) => cid));
    }
    await Promise.all(workers.map((worker) => worker.terminate()));
    for (const { reads, wrong } of found) {
      expect(reads).toBeGreaterThanOrEqual(batches * BATCH);
      expect(wrong).toBe(0);
    }
  }
  // A place in the table of readers that nobody gave back would keep old pages, and the next reader out.
  const raw = open(folder, { ...{ noSubdir: false, maxReaders: 1024 }, maxDbs: 4, encoding: "binary" });
  expect(raw.readerList()).toMatch(/no active readers/);
  await raw.close();
});
