import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { decompress } from "fzstd";
import { describe, expect, test } from "vitest";
import { Chain } from "../../../src/chain/history/chain.js";
import { type ExportProgress, exportSnapshot } from "../../../src/chain/store/export-snapshot.js";
import { importSnapshot } from "../../../src/chain/store/import-snapshot.js";
import { readCar } from "../../../src/ipld/car/car.js";
import { openFolder, temporaryFolder } from "../../support/chain-folder.js";
import { SmallChain } from "../../support/small-chain.js";

const chain = SmallChain.of(30);
chain.grow({ blocks: 3 });
const source = new Chain(chain.store);
const target = (name: string) => join(temporaryFolder(), name);

describe.each([1, 2] as const)("a snapshot of version %i", (version) => {
  test("is the same bytes each time, and brings the chain into another folder", async () => {
    const [one, other] = [target("one.car"), target("other.car")];
    const result = await exportSnapshot(source, chain.head, one, { version, states: 8 });
    await exportSnapshot(source, chain.head, other, { version, states: 8 });
    expect(Buffer.compare(readFileSync(one), readFileSync(other))).toBe(0);
    const { roots, blocks } = readCar(readFileSync(one));
    expect(roots.length).toBe(version === 1 ? 3 : 1);
    expect(result).toEqual({
      blocks: blocks.length,
      bytes: blocks.reduce((sum, { data }) => sum + data.length, 0),
    });

    const store = await openFolder(chain.network);
    expect(await importSnapshot(store, one)).toMatchObject({
      head: 30,
      change: "first",
      blocks: blocks.length,
    });
    expect((await store.head()).key).toEqual(chain.head.key);
    expect(store.states).toEqual([
      { from: 0, to: 0 },
      { from: 23, to: 30 },
    ]);
    const again = target("again.car");
    await exportSnapshot(store.chain, await store.head(), again, { version, states: 8 });
    expect(Buffer.compare(readFileSync(one), readFileSync(again))).toBe(0);
  });
});

test("of an earlier head has what that had", async () => {
  const file = target("early.car");
  await exportSnapshot(source, chain.tipsets[10] as never, file, { states: 3 });
  const store = await openFolder(chain.network);
  expect(await importSnapshot(store, file)).toMatchObject({ head: 10 });
  expect(store.states).toEqual([
    { from: 0, to: 0 },
    { from: 8, to: 10 },
  ]);
});

test("that is ended leaves no file", async () => {
  const file = target("ended.car");
  const controller = new AbortController();
  const seen: ExportProgress[] = [];
  const onProgress = (progress: ExportProgress) => {
    if (seen.push(progress) === 5) controller.abort(new Error("enough"));
  };
  const { signal } = controller;
  await expect(exportSnapshot(source, chain.head, file, { signal, onProgress })).rejects.toThrow("enough");
  expect(seen[4]).toMatchObject({ epoch: 26, head: 30 });
  expect(readdirSync(dirname(file))).toEqual([]);
});

test("that fails leaves the file that was there", async () => {
  const file = target("kept.car");
  await exportSnapshot(source, chain.head, file);
  const before = readFileSync(file);
  const store = await openFolder(chain.network);
  await importSnapshot(store, file);
  await store.database.deleteMany([chain.store[Symbol.iterator]().next().value?.cid as never]);
  await expect(exportSnapshot(store.chain, chain.head, file)).rejects.toMatchObject({
    code: "SNAPSHOT_INCOMPLETE",
  });
  expect(Buffer.compare(readFileSync(file), before)).toBe(0);
  expect(existsSync(`${file}.unfinished`)).toBe(false);
});

test("compressed, if its name says so", async () => {
  const file = target("small.car.zst");
  await exportSnapshot(source, chain.head, file, { states: 8 });
  const plain = target("small.car");
  await exportSnapshot(source, chain.head, plain, { states: 8 });
  expect(Buffer.compare(decompress(readFileSync(file)), readFileSync(plain))).toBe(0);
  const store = await openFolder(chain.network);
  expect(await importSnapshot(store, file)).toMatchObject({ head: 30 });
});
